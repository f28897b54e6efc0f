//! What the machine is, from `/proc` and `/sys`; what a system does not tell is left open, never guessed.

use quarterdeck_units::Bytes;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A cache of a processor.
#[derive(Clone, PartialEq, Debug)]
pub struct Cache {
    /// Level, 1 nearest to the core.
    pub level: u32,
    /// `Data`, `Instruction` or `Unified`.
    pub kind: String,
    /// Capacity.
    pub size: Bytes,
    /// Caches of this level and kind in the machine.
    pub count: usize,
}

/// Processors, caches and memory of the machine, as far as the system tells.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Topology {
    /// Processor by its own name.
    pub model: Option<String>,
    /// Architecture that this program was built for.
    pub architecture: &'static str,
    /// Operating system and its kernel.
    pub system: Option<String>,
    /// Logical processors.
    pub logical: Option<usize>,
    /// Physical cores.
    pub cores: Option<usize>,
    /// Sockets.
    pub sockets: Option<usize>,
    /// Memory nodes.
    pub nodes: Option<usize>,
    /// Caches, nearest first.
    pub caches: Vec<Cache>,
    /// Memory of the machine.
    pub memory: Option<Bytes>,
    /// Memory that new work may take.
    pub memory_available: Option<Bytes>,
    /// Clock that the system states while it was asked, MHz.
    pub megahertz: Option<f64>,
    /// Whether large pages are given without asking: `always`, `madvise` or `never`.
    pub huge_pages: Option<String>,
    /// Whether a hypervisor runs below.
    pub virtual_machine: bool,
    /// Instruction sets of matrix work that the processor has.
    pub instructions: BTreeSet<String>,
}

/// Flags of `/proc/cpuinfo` that matter to matrix work.
const INSTRUCTIONS: &[&str] = &[
    "avx2",
    "fma",
    "avx512f",
    "avx512_vnni",
    "avx_vnni",
    "avx512_bf16",
    "avx512_fp16",
    "amx_tile",
    "amx_int8",
    "amx_bf16",
    "asimd",
    "asimddp",
    "i8mm",
    "bf16",
    "sve",
    "sve2",
];

impl Topology {
    /// Of the machine that this program runs on.
    pub fn of_this_machine() -> Topology {
        Topology::below(Path::new("/"))
    }

    /// Of a machine whose `/proc` and `/sys` lie below a folder.
    pub fn below(root: &Path) -> Topology {
        let read = |path: &str| std::fs::read_to_string(root.join(path)).ok();
        let cpuinfo = read("proc/cpuinfo").unwrap_or_default();
        let meminfo = read("proc/meminfo").unwrap_or_default();
        let flags: Vec<&str> = field(&cpuinfo, &["flags", "Features"])
            .map(|line| line.split_whitespace().collect())
            .unwrap_or_default();
        let processors = processors(root);
        let listed = cpuinfo.lines().filter(|line| line.starts_with("processor")).count();
        let distinct = |of: fn(&Processor) -> Option<(u64, u64)>| {
            let found: Option<BTreeSet<_>> = processors.iter().map(of).collect();
            found.map(|all| all.len()).filter(|count| *count > 0)
        };
        Topology {
            model: field(&cpuinfo, &["model name", "Model", "cpu"]).map(str::to_owned),
            architecture: std::env::consts::ARCH,
            system: read("proc/version")
                .map(|text| text.split_whitespace().take(3).collect::<Vec<_>>().join(" ")),
            logical: Some(processors.len().max(listed)).filter(|count| *count > 0),
            cores: distinct(|processor| Some((processor.package?, processor.core?))),
            sockets: distinct(|processor| Some((processor.package?, 0))),
            nodes: numbered(&root.join("sys/devices/system/node"), "node").map(|nodes| nodes.len()),
            caches: caches(root),
            memory: kibibytes(&meminfo, "MemTotal"),
            memory_available: kibibytes(&meminfo, "MemAvailable"),
            megahertz: field(&cpuinfo, &["cpu MHz"]).and_then(|text| text.parse().ok()),
            huge_pages: read("sys/kernel/mm/transparent_hugepage/enabled")
                .and_then(|text| Some(text.split_once('[')?.1.split_once(']')?.0.to_owned())),
            virtual_machine: flags.contains(&"hypervisor"),
            instructions: flags
                .iter()
                .filter(|flag| INSTRUCTIONS.contains(*flag))
                .map(|flag| (*flag).to_owned())
                .collect(),
        }
    }

    /// The largest cache of the highest level.
    pub fn last_level_cache(&self) -> Option<Bytes> {
        let highest = self.caches.iter().map(|cache| cache.level).max()?;
        let sizes = self.caches.iter().filter(|cache| cache.level == highest).map(|cache| cache.size);
        sizes.reduce(Bytes::max)
    }

    /// Last-level caches of a socket together.
    pub fn cache_of_socket(&self) -> Option<Bytes> {
        let size = self.last_level_cache()?;
        let of_that_size = self.caches.iter().find(|cache| cache.size == size)?;
        let sockets = self.sockets.unwrap_or(1).max(1);
        Some(size * (of_that_size.count as f64 / sockets as f64).max(1.0))
    }

    /// Number formats that the processor multiplies and that no kernel of this program measures.
    pub fn formats_without_kernel(&self) -> Vec<&'static str> {
        let has = |flags: &[&str]| flags.iter().any(|flag| self.instructions.contains(*flag));
        let mut formats = Vec::new();
        if has(&["avx512_bf16", "amx_bf16", "bf16"]) {
            formats.push("bf16");
        }
        if has(&["avx512_fp16"]) {
            formats.push("fp16");
        }
        if has(&["amx_int8"]) {
            formats.push("int8 on AMX tiles");
        }
        formats
    }

    /// The machine in words, without any name that its owner gave it.
    pub fn words(&self) -> String {
        let mut words =
            vec![self.model.clone().unwrap_or_else(|| format!("{} processor", self.architecture))];
        let mut count = |found: Option<usize>, one: &str, many: &str| {
            if let Some(found) = found {
                words.push(format!("{found} {}", if found == 1 { one } else { many }));
            }
        };
        count(self.sockets, "socket", "sockets");
        count(self.cores, "core", "cores");
        count(self.logical, "logical processor", "logical processors");
        if let Some(memory) = self.memory {
            words.push(format!("{memory:.1}"));
        }
        if self.virtual_machine {
            words.push("virtual machine".to_owned());
        }
        words.join(", ")
    }
}

/// Value of the first line of `name : value` or `name: value` with one of the names.
fn field<'t>(text: &'t str, names: &[&str]) -> Option<&'t str> {
    let named = |line: &'t str| {
        let (name, value) = line.split_once(':')?;
        let value = value.trim();
        (names.contains(&name.trim()) && !value.is_empty()).then_some(value)
    };
    text.lines().find_map(named)
}

fn kibibytes(meminfo: &str, name: &str) -> Option<Bytes> {
    let value: f64 = field(meminfo, &[name])?.split_whitespace().next()?.parse().ok()?;
    Some(Bytes::bytes(value * 1024.0))
}

/// One logical processor.
struct Processor {
    package: Option<u64>,
    core: Option<u64>,
}

/// Folders `prefix0`, `prefix1` … below a folder, by number.
fn numbered(folder: &Path, prefix: &str) -> Option<Vec<PathBuf>> {
    let mut found: Vec<(u64, PathBuf)> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let number = path.file_name()?.to_str()?.strip_prefix(prefix)?.parse().ok()?;
            Some((number, path))
        })
        .collect();
    found.sort();
    (!found.is_empty()).then(|| found.into_iter().map(|(_, path)| path).collect())
}

fn number(path: PathBuf) -> Option<u64> {
    std::fs::read_to_string(path).ok()?.trim().parse().ok()
}

fn processors(root: &Path) -> Vec<Processor> {
    let folders = numbered(&root.join("sys/devices/system/cpu"), "cpu").unwrap_or_default();
    let of = |folder: PathBuf| Processor {
        package: number(folder.join("topology/physical_package_id")),
        core: number(folder.join("topology/core_id")),
    };
    folders.into_iter().map(of).collect()
}

/// Caches of all processors; those that several share are counted once.
fn caches(root: &Path) -> Vec<Cache> {
    let mut seen: BTreeSet<(u32, String, String)> = BTreeSet::new();
    let mut caches: Vec<Cache> = Vec::new();
    for cpu in numbered(&root.join("sys/devices/system/cpu"), "cpu").unwrap_or_default() {
        for index in numbered(&cpu.join("cache"), "index").unwrap_or_default() {
            let text = |name: &str| {
                std::fs::read_to_string(index.join(name)).ok().map(|text| text.trim().to_owned())
            };
            let level = text("level").and_then(|text| text.parse::<u32>().ok());
            let (Some(level), Some(kind), Some(size)) = (level, text("type"), text("size")) else { continue };
            let Some(size) = cache_size(&size) else { continue };
            let shared = text("shared_cpu_list").unwrap_or_else(|| cpu.display().to_string());
            if !seen.insert((level, kind.clone(), shared)) {
                continue;
            }
            match caches
                .iter_mut()
                .find(|known| (known.level, &known.kind, known.size) == (level, &kind, size))
            {
                Some(known) => known.count += 1,
                None => caches.push(Cache { level, kind, size, count: 1 }),
            }
        }
    }
    caches.sort_by(|one, other| (one.level, &one.kind).cmp(&(other.level, &other.kind)));
    caches
}

/// `32K`, `36608K`, `1M` …
fn cache_size(text: &str) -> Option<Bytes> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let scale = match &text[digits.len()..] {
        "" => 1.0,
        "K" => 1024.0,
        "M" => 1024.0 * 1024.0,
        "G" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    let bytes = digits.parse::<f64>().ok()? * scale;
    (bytes > 0.0).then(|| Bytes::bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machine(files: &[(&str, &str)]) -> Topology {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        Topology::below(folder.path())
    }

    #[test]
    fn two_sockets_with_threads_are_told_apart() {
        let mut files = vec![
            ("proc/cpuinfo".to_owned(), "processor\t: 0\nmodel name\t: Some CPU @ 2.00GHz\ncpu MHz\t\t: 2000.5\nflags\t\t: sse2 avx2 fma avx512_bf16 hypervisor\n".to_owned()),
            ("proc/meminfo".to_owned(), "MemTotal:       1000000 kB\nMemAvailable:    250000 kB\n".to_owned()),
            ("sys/kernel/mm/transparent_hugepage/enabled".to_owned(), "always [madvise] never\n".to_owned()),
            ("sys/devices/system/node/node0/cpulist".to_owned(), "0-3\n".to_owned()),
            ("sys/devices/system/node/node1/cpulist".to_owned(), "4-7\n".to_owned()),
        ];
        for cpu in 0..8 {
            let base = format!("sys/devices/system/cpu/cpu{cpu}");
            files.push((format!("{base}/topology/physical_package_id"), format!("{}\n", cpu / 4)));
            files.push((format!("{base}/topology/core_id"), format!("{}\n", cpu % 4 / 2)));
            for (index, level, kind, size, shared) in [
                (0, 1, "Data", "32K", format!("{}-{}", cpu / 2 * 2, cpu / 2 * 2 + 1)),
                (1, 3, "Unified", "32M", format!("{}-{}", cpu / 4 * 4, cpu / 4 * 4 + 3)),
            ] {
                let cache = format!("{base}/cache/index{index}");
                files.push((format!("{cache}/level"), level.to_string()));
                files.push((format!("{cache}/type"), kind.to_owned()));
                files.push((format!("{cache}/size"), size.to_owned()));
                files.push((format!("{cache}/shared_cpu_list"), shared));
            }
        }
        let files: Vec<(&str, &str)> =
            files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let found = machine(&files);
        assert_eq!(
            (found.sockets, found.cores, found.logical, found.nodes),
            (Some(2), Some(4), Some(8), Some(2))
        );
        assert_eq!(
            found.caches.iter().map(|cache| (cache.level, cache.count)).collect::<Vec<_>>(),
            [(1, 4), (3, 2)]
        );
        assert_eq!(found.last_level_cache(), Some(Bytes::bytes(32.0 * 1024.0 * 1024.0)));
        assert_eq!(found.cache_of_socket(), found.last_level_cache());
        assert_eq!(found.memory, Some(Bytes::bytes(1_024_000_000.0)));
        assert_eq!(found.huge_pages.as_deref(), Some("madvise"));
        assert_eq!(found.formats_without_kernel(), ["bf16"]);
        assert!(found.virtual_machine && found.words().contains("2 sockets, 4 cores, 8 logical processors"));
    }

    #[test]
    fn a_silent_system_leaves_everything_open() {
        let found = machine(&[]);
        assert_eq!((found.sockets, found.logical, found.memory), (None, None, None));
        assert!(found.caches.is_empty() && found.words().ends_with("processor"));
    }

    #[test]
    fn sizes_of_caches_are_read() {
        assert_eq!(cache_size("36608K"), Some(Bytes::bytes(36_608.0 * 1024.0)));
        assert_eq!(cache_size("1M"), Some(Bytes::bytes(1_048_576.0)));
        assert_eq!(cache_size("a lot"), None);
        assert_eq!(cache_size("0K"), None);
    }
}
