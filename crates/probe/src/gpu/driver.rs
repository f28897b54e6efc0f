//! Calls of the NVIDIA driver, and of cuBLAS where it is installed, both opened at run time.
//!
//! This is the one module of the crate with unsafe code: functions of a library that is opened at run time have no
//! types that a compiler could check, and device memory has no owner that it could see. Everything unsafe is wrapped
//! here: outside, buffers are freed when dropped, sizes are checked before a call, and every status is looked at.
//! Names and numbers are those of `cuda.h` and `cublas_v2.h`, whose form is stable across versions of the driver.

use libloading::Library;
use std::ffi::{CStr, c_char, c_int, c_uint, c_void};
use std::rc::Rc;

type Status = c_int;
type Address = u64;

/// A call of the driver that failed.
pub struct Failed(pub String);

impl Failed {
    fn of(call: &str, status: Status) -> Failed {
        Failed(format!("{call} failed with status {status}"))
    }
}

/// Attributes of `cuDeviceGetAttribute`.
#[derive(Clone, Copy)]
#[repr(i32)]
pub enum Attribute {
    /// Clock of the multiprocessors, kHz.
    ClockKilohertz = 13,
    /// Multiprocessors.
    Multiprocessors = 16,
    /// Bytes of the second-level cache.
    CacheBytes = 38,
    /// Compute capability before the point.
    CapabilityMajor = 75,
    /// Compute capability after the point.
    CapabilityMinor = 76,
}

/// The driver, started.
pub struct Driver {
    library: Library,
}

/// Calls a function of the driver by name; its types follow from the arguments.
macro_rules! call {
    ($driver:expr, $name:literal, ($($type:ty),*), $($argument:expr),* $(,)?) => {{
        // SAFETY: the name and the types are those of `cuda.h`; pointers that are passed live until the call returns.
        let status: Status = unsafe {
            let function = $driver
                .library
                .get::<unsafe extern "C" fn($($type),*) -> Status>(concat!($name, "\0").as_bytes())
                .map_err(|error| Failed(format!("the driver lacks {}: {error}", $name)))?;
            function($($argument),*)
        };
        if status == 0 { Ok(()) } else { Err(Failed::of($name, status)) }
    }};
}

impl Driver {
    /// Opens and starts the driver; nothing where there is none.
    pub fn open() -> Option<Result<Rc<Driver>, Failed>> {
        let names = ["libcuda.so.1", "libcuda.so", "nvcuda.dll"];
        // SAFETY: opening the driver runs its own start code, which every program that uses a GPU runs.
        let library = names.iter().find_map(|name| unsafe { Library::new(*name) }.ok())?;
        let driver = Driver { library };
        let started = driver.start();
        Some(started.map(|()| Rc::new(driver)))
    }

    fn start(&self) -> Result<(), Failed> {
        call!(self, "cuInit", (c_uint), 0)
    }

    /// GPUs of the machine.
    pub fn count(&self) -> Result<i32, Failed> {
        let mut count: c_int = 0;
        call!(self, "cuDeviceGetCount", (*mut c_int), &raw mut count)?;
        Ok(count)
    }

    /// Name of a GPU.
    pub fn name(&self, device: i32) -> Result<String, Failed> {
        let mut name = [0 as c_char; 256];
        call!(self, "cuDeviceGetName", (*mut c_char, c_int, c_int), name.as_mut_ptr(), 255, device)?;
        // SAFETY: the array ends in a zero, because the driver was told one byte less than its length.
        let text = unsafe { CStr::from_ptr(name.as_ptr()) };
        Ok(text.to_string_lossy().into_owned())
    }

    /// Memory of a GPU, bytes.
    pub fn memory(&self, device: i32) -> Result<usize, Failed> {
        let mut bytes = 0_usize;
        call!(self, "cuDeviceTotalMem_v2", (*mut usize, c_int), &raw mut bytes, device)?;
        Ok(bytes)
    }

    /// An attribute of a GPU.
    pub fn attribute(&self, device: i32, attribute: Attribute) -> Result<i32, Failed> {
        let mut value: c_int = 0;
        let which = attribute as c_int;
        call!(self, "cuDeviceGetAttribute", (*mut c_int, c_int, c_int), &raw mut value, which, device)?;
        Ok(value)
    }
}

/// The primary context of one GPU, current on this thread; given back when dropped.
pub struct Context {
    driver: Rc<Driver>,
    device: i32,
}

impl Context {
    /// Makes the context of a GPU current.
    pub fn of(driver: &Rc<Driver>, device: i32) -> Result<Context, Failed> {
        let mut context: *mut c_void = std::ptr::null_mut();
        call!(driver, "cuDevicePrimaryCtxRetain", (*mut *mut c_void, c_int), &raw mut context, device)?;
        let held = Context { driver: Rc::clone(driver), device };
        call!(driver, "cuCtxSetCurrent", (*mut c_void), context)?;
        Ok(held)
    }

    /// Waits until all work is done.
    pub fn wait(&self) -> Result<(), Failed> {
        call!(self.driver, "cuCtxSynchronize", (),)
    }

    /// Memory of the GPU.
    pub fn buffer(&self, bytes: usize) -> Result<Buffer, Failed> {
        let mut address: Address = 0;
        call!(self.driver, "cuMemAlloc_v2", (*mut Address, usize), &raw mut address, bytes)?;
        let buffer = Buffer { driver: Rc::clone(&self.driver), address, bytes };
        call!(self.driver, "cuMemsetD8_v2", (Address, u8, usize), address, 0, bytes)?;
        Ok(buffer)
    }

    /// Copies the first bytes of one buffer to another.
    pub fn copy(&self, to: &Buffer, from: &Buffer, bytes: usize) -> Result<(), Failed> {
        if bytes > to.bytes || bytes > from.bytes {
            return Err(Failed("a copy is larger than its buffers".to_owned()));
        }
        call!(self.driver, "cuMemcpyDtoD_v2", (Address, Address, usize), to.address, from.address, bytes)
    }

    /// Copies host memory to the start of a buffer.
    pub fn upload(&self, to: &Buffer, from: &[u8]) -> Result<(), Failed> {
        if from.len() > to.bytes {
            return Err(Failed("a copy is larger than its buffer".to_owned()));
        }
        let data = from.as_ptr().cast::<c_void>();
        call!(self.driver, "cuMemcpyHtoD_v2", (Address, *const c_void, usize), to.address, data, from.len())
    }

    /// Compiles the gather kernel.
    pub fn gather(&self, ptx: &CStr) -> Result<Gather, Failed> {
        let mut module: *mut c_void = std::ptr::null_mut();
        let text = ptx.as_ptr().cast::<c_void>();
        call!(self.driver, "cuModuleLoadData", (*mut *mut c_void, *const c_void), &raw mut module, text)?;
        let mut function: *mut c_void = std::ptr::null_mut();
        let mut gather = Gather { driver: Rc::clone(&self.driver), module, function };
        call!(
            self.driver,
            "cuModuleGetFunction",
            (*mut *mut c_void, *mut c_void, *const c_char),
            &raw mut function,
            module,
            c"gather".as_ptr()
        )?;
        gather.function = function;
        Ok(gather)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        let given_back: Result<(), Failed> =
            (|| call!(self.driver, "cuDevicePrimaryCtxRelease_v2", (c_int), self.device))();
        // Nothing is left to do where the driver refuses to let go.
        drop(given_back);
    }
}

/// Memory of a GPU.
pub struct Buffer {
    driver: Rc<Driver>,
    address: Address,
    bytes: usize,
}

impl Drop for Buffer {
    fn drop(&mut self) {
        let freed: Result<(), Failed> = (|| call!(self.driver, "cuMemFree_v2", (Address), self.address))();
        drop(freed);
    }
}

/// The gather kernel, compiled for one GPU.
pub struct Gather {
    driver: Rc<Driver>,
    module: *mut c_void,
    function: *mut c_void,
}

impl Gather {
    /// Starts it: `bags` sums of `pooling` rows of `width` elements of four bytes.
    pub fn start(
        &self,
        table: &Buffer,
        sums: &Buffer,
        width: u32,
        bags: u32,
        pooling: u32,
        seed: u32,
    ) -> Result<(), Failed> {
        let row = 4 * width as usize;
        let rows = u32::try_from(table.bytes / row).unwrap_or(u32::MAX);
        if rows == 0 || bags as usize * row > sums.bytes || !(1..=1024).contains(&width) {
            return Err(Failed("sums do not fit their buffer".to_owned()));
        }
        let (mut table, mut sums) = (table.address, sums.address);
        let (mut rows, mut pooling, mut seed) = (rows, pooling, seed);
        let mut parameters: [*mut c_void; 5] = [
            (&raw mut table).cast(),
            (&raw mut sums).cast(),
            (&raw mut rows).cast(),
            (&raw mut pooling).cast(),
            (&raw mut seed).cast(),
        ];
        let none = std::ptr::null_mut::<c_void>();
        call!(
            self.driver,
            "cuLaunchKernel",
            (
                *mut c_void,
                c_uint,
                c_uint,
                c_uint,
                c_uint,
                c_uint,
                c_uint,
                c_uint,
                *mut c_void,
                *mut *mut c_void,
                *mut *mut c_void
            ),
            self.function,
            bags,
            1,
            1,
            width,
            1,
            1,
            0,
            none,
            parameters.as_mut_ptr(),
            none.cast()
        )
    }
}

impl Drop for Gather {
    fn drop(&mut self) {
        let unloaded: Result<(), Failed> =
            (|| call!(self.driver, "cuModuleUnload", (*mut c_void), self.module))();
        drop(unloaded);
    }
}

/// cuBLAS on the current context.
pub struct Blas {
    library: Library,
    handle: *mut c_void,
}

/// Numbers of a product's operands; sums are 32-bit floats.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operands {
    /// 32-bit floats.
    Single,
    /// bfloat16.
    Brain,
}

impl Blas {
    /// Opens it where it is installed.
    pub fn open() -> Option<Blas> {
        let names = ["libcublas.so.13", "libcublas.so.12", "libcublas.so.11", "libcublas.so"];
        // SAFETY: opening cuBLAS runs its own start code; a context is current.
        let library = names.iter().find_map(|name| unsafe { Library::new(*name) }.ok())?;
        let mut handle: *mut c_void = std::ptr::null_mut();
        // SAFETY: name and types are those of `cublas_v2.h`.
        let status = unsafe {
            let create =
                library.get::<unsafe extern "C" fn(*mut *mut c_void) -> Status>(b"cublasCreate_v2\0").ok()?;
            create(&raw mut handle)
        };
        (status == 0).then_some(Blas { library, handle })
    }

    /// Starts a product of square matrices of a side; the buffers hold all three.
    pub fn start(
        &self,
        operands: Operands,
        side: i32,
        left: &Buffer,
        right: &Buffer,
        result: &Buffer,
    ) -> Result<(), Failed> {
        let elements = usize::try_from(side).unwrap_or(0).pow(2);
        // CUDA_R_16BF is 14, CUDA_R_32F is 0; CUBLAS_COMPUTE_32F is 68; the default algorithm is -1.
        let (kind, bytes): (c_int, usize) = match operands {
            Operands::Single => (0, 4),
            Operands::Brain => (14, 2),
        };
        if [left, right, result].iter().any(|buffer| buffer.bytes < elements * bytes) {
            return Err(Failed("matrices do not fit their buffers".to_owned()));
        }
        let (one, zero) = (1.0_f32, 0.0_f32);
        type Product = unsafe extern "C" fn(
            *mut c_void,
            c_int,
            c_int,
            c_int,
            c_int,
            c_int,
            *const f32,
            Address,
            c_int,
            c_int,
            Address,
            c_int,
            c_int,
            *const f32,
            Address,
            c_int,
            c_int,
            c_int,
            c_int,
        ) -> Status;
        // SAFETY: name and types are those of `cublas_v2.h`; device addresses pass as 64-bit integers, the buffers
        // are large enough, and the scalars live until the call returns.
        let status = unsafe {
            let product = self
                .library
                .get::<Product>(b"cublasGemmEx\0")
                .map_err(|error| Failed(format!("cuBLAS lacks cublasGemmEx: {error}")))?;
            product(
                self.handle,
                0,
                0,
                side,
                side,
                side,
                &raw const one,
                left.address,
                kind,
                side,
                right.address,
                kind,
                side,
                &raw const zero,
                result.address,
                kind,
                side,
                68,
                -1,
            )
        };
        if status == 0 { Ok(()) } else { Err(Failed::of("cublasGemmEx", status)) }
    }
}

impl Drop for Blas {
    fn drop(&mut self) {
        // SAFETY: the handle was made by this library and is used no more.
        unsafe {
            if let Ok(destroy) =
                self.library.get::<unsafe extern "C" fn(*mut c_void) -> Status>(b"cublasDestroy_v2\0")
            {
                destroy(self.handle);
            }
        }
    }
}
