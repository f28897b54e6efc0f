//! NVIDIA GPUs through the driver that is loaded at run time.

/// One GPU.
#[derive(Clone, PartialEq, Debug)]
pub struct Gpu {
    /// Its name.
    pub name: String,
}

/// Looks for GPUs and measures them; says why there is none.
pub fn measure() -> Result<Vec<Gpu>, String> {
    Err("no NVIDIA driver found".to_owned())
}

impl Gpu {
    /// In words.
    pub fn words(&self) -> String {
        self.name.clone()
    }

    /// For programs.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::json!({ "name": self.name })
    }
}
