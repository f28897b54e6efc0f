//! Closed vocabularies of the catalogue: precision, class and family of a device, cooling, climate.

/// Declares an enum whose text form is one list, used for parsing, printing and serde alike.
macro_rules! words {
    (
        $(#[$meta:meta])*
        $name:ident: $what:literal {
            $( $(#[$variant_meta:meta])* $variant:ident = $text:literal ),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $( $(#[$variant_meta])* #[serde(rename = $text)] $variant ),+
        }

        impl $name {
            /// Every value, in the order of the enum.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word used in files and reports.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or_else(|| {
                    let known: Vec<_> = Self::ALL.iter().map(|word| word.as_str()).collect();
                    format!("`{text}` is not {}; known: {}", $what, known.join(", "))
                })
            }
        }
    };
}
pub(crate) use words;

words! {
    /// Number format of an operation.
    ///
    /// Rates of integer operations are written in FLOP/s like all others (`"624 TFLOP/s"`), one
    /// multiply-accumulate counting two, so that one type carries them.
    Precision: "a precision" {
        /// IEEE single precision on the vector units.
        Fp32 = "fp32",
        /// 19-bit tensor format that reads and writes fp32 (also xf32 on AMD parts).
        Tf32 = "tf32",
        /// bfloat16 on the matrix units.
        Bf16 = "bf16",
        /// IEEE half precision on the matrix units.
        Fp16 = "fp16",
        /// 8-bit floating point, E4M3 or E5M2.
        Fp8 = "fp8",
        /// 8-bit integer.
        Int8 = "int8",
        /// 4-bit floating point with block scales (MXFP4, NVFP4).
        Fp4 = "fp4",
    }
}

impl Precision {
    /// Bytes of one stored element, without block scales.
    pub const fn bytes_per_element(self) -> f64 {
        match self {
            Self::Fp32 | Self::Tf32 => 4.0,
            Self::Bf16 | Self::Fp16 => 2.0,
            Self::Fp8 | Self::Int8 => 1.0,
            Self::Fp4 => 0.5,
        }
    }
}

words! {
    /// What kind of processor a device is.
    DeviceClass: "a device class" {
        /// General-purpose processor socket.
        Cpu = "cpu",
        /// Graphics processor used as accelerator.
        Gpu = "gpu",
        /// Google tensor processing unit.
        Tpu = "tpu",
        /// Any other purpose-built accelerator.
        Asic = "asic",
    }
}

words! {
    /// Software family: a workload ported to one member runs on all of them.
    Family: "a software family" {
        /// NVIDIA GPUs.
        Cuda = "cuda",
        /// AMD GPUs.
        Rocm = "rocm",
        /// TPUs through XLA.
        TpuXla = "tpu-xla",
        /// x86 servers.
        X86 = "x86",
        /// Arm servers.
        Arm = "arm",
        /// In-house chips (NNP-I cards, MTIA).
        Own = "own",
        /// AWS Neuron.
        Neuron = "neuron",
        /// Intel Gaudi.
        Gaudi = "gaudi",
        /// Huawei Ascend.
        Ascend = "ascend",
        /// Any other vendor's own stack.
        Other = "other",
    }
}

words! {
    /// How heat leaves a platform, from least to most demanding on the hall.
    Cooling: "a cooling kind" {
        /// Room air through server fans.
        Air = "air",
        /// Cold plates whose liquid gives its heat to room air inside the row (sidecar, rear door).
        AirAssistedLiquid = "air-assisted-liquid",
        /// Cold plates on facility water.
        Liquid = "liquid",
    }
}

words! {
    /// Climate class of a site, for cooling and water.
    Climate: "a climate" {
        /// Cold and dry: high desert or continental north (central Oregon).
        ColdDry = "cold-dry",
        /// Cool and humid: Nordics, Ireland, Great Lakes.
        CoolHumid = "cool-humid",
        /// Temperate with warm summers: Iowa, Virginia, Germany.
        Temperate = "temperate",
        /// Hot and dry: Arizona, Nevada, west Texas.
        HotDry = "hot-dry",
        /// Hot and humid: Gulf coast, Singapore.
        HotHumid = "hot-humid",
    }
}
