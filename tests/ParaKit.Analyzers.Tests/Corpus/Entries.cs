// rules: PK0501 PK0502 PK0503 PK0504 PK0505
// members
[{|PK0501:TrapHandler(14)|}] private static void H(TrapFrame* frame) { }
[{|PK0501:TrapHandler(14)|}] internal void H(TrapFrame* frame) { }
[{|PK0501:TrapHandler(14)|}] internal static int H(TrapFrame* frame) => 0;
[{|PK0501:TrapHandler(14)|}] internal static void H(ulong vector) { }
[{|PK0501:TrapHandler(14)|}] internal static void H(TrapFrame frame) { }
[{|PK0501:TrapHandler(14)|}] internal static void H(in TrapFrame frame) { }
[{|PK0501:TrapHandler(14)|}] internal static void H<T>(TrapFrame* frame) { }
[{|PK0501:TrapHandler(1000)|}] internal static void H(TrapFrame* frame) { }
[{|PK0501:TrapHandler(0x2f)|}] internal static void H(TrapFrame* frame) { }
[{|PK0501:EventHandler(-2)|}] internal static void H() { }
[{|PK0501:EventHandler(0)|}] internal static bool H() => true;
[{|PK0501:EventHandler(0)|}] internal static void H(int line) { }
[{|PK0501:EventHandler(0)|}] internal static void H(TrapFrame* frame, int line, int more) { }
[{|PK0501:SystemCallEntry|}] internal static void H() { }
[{|PK0501:SystemCallEntry|}] internal static void H(TrapFrame* frame, int number) { }
[{|PK0501:TrapHandler(1)|}, {|PK0501:EventHandler(1)|}] internal static void H(byte* bytes) { }
[TrapHandler(14)] internal static void H(TrapFrame* frame) { }
[TrapHandler(14), TrapHandler(13)] internal static TrapFrame* H(TrapFrame* frame) => frame;
[TrapHandler(3, FromUser = true)] internal static void H(TrapFrame* frame) { }
[TrapHandler] public static void H(TrapFrame* frame) { }
[EventHandler(0)] internal static void H() { }
[EventHandler(5, Virq = ParaKit.Abi.Virq.Debug)] internal static void H() { }
[{|PK0501:EventHandler(Virq = ParaKit.Abi.Virq.Timer)|}] internal static void H() { }
[{|PK0501:EventHandler(16, Virq = ParaKit.Abi.Virq.Timer)|}] internal static void H() { }
[EventHandler(15)] internal static TrapFrame* H(TrapFrame* frame, int line) => frame;
[SystemCallEntry] internal static TrapFrame* H(TrapFrame* frame) => frame;
[TrapHandler(14)] internal static void A(TrapFrame* frame) { } [{|PK0502:TrapHandler(14)|}] internal static void B(TrapFrame* frame) { }
[TrapHandler] internal static void A(TrapFrame* frame) { } [{|PK0502:TrapHandler|}] internal static void B(TrapFrame* frame) { }
[EventHandler(4)] internal static void A() { } [{|PK0502:EventHandler(4)|}] internal static void B() { }
[SystemCallEntry] internal static void A(TrapFrame* frame) { } [{|PK0502:SystemCallEntry|}] internal static void B(TrapFrame* frame) { }
[TrapHandler(4)] internal static void A(TrapFrame* frame) { } [EventHandler(4)] internal static void B() { } [TrapHandler] internal static void C(TrapFrame* frame) { }
[System.Runtime.RuntimeExport("kernel_trap")] static TrapFrame* T(TrapFrame* frame) => frame; [{|PK0503:TrapHandler(14)|}] internal static void A(TrapFrame* frame) { }
[System.Runtime.RuntimeExport("kernel_trap")] static TrapFrame* T(TrapFrame* frame) => frame; [{|PK0503:SystemCallEntry|}] internal static void A(TrapFrame* frame) { }
[System.Runtime.RuntimeExport("kernel_main")] static TrapFrame* T(TrapFrame* frame) => frame; [TrapHandler(14)] internal static void A(TrapFrame* frame) { }
[System.Runtime.RuntimeExport("kernel_trap")] static TrapFrame* T(TrapFrame* frame) => frame;
[{|PK0504:Hypercall(50)|}] static long H() => 0;
[{|PK0504:Hypercall(50)|}] long H(int a) => a;
[{|PK0504:Hypercall(128)|}] private static partial long H();
[{|PK0504:Hypercall(-1)|}] private static partial long H();
[{|PK0504:Hypercall(50)|}] private static partial int H();
[{|PK0504:Hypercall(50)|}] private static partial long H(string a);
[{|PK0504:Hypercall(50)|}] private static partial long H(double a);
[{|PK0504:Hypercall(50)|}] private static partial long H(Pfn a);
[{|PK0504:Hypercall(50)|}] private static partial long H(in Node a);
[{|PK0504:Hypercall(50)|}] private static partial long H(int a, int b, int c, int d, int e, int f);
[{|PK0504:Hypercall(50, Native = "Missing")|}] private static partial long H();
[{|PK0504:Hypercall(50, Native = nameof(N))|}] private static partial long H(int a); static long N(long a) => 0;
[{|PK0505:Hypercall(50)|}] private static partial long H();
[{|PK0505:Hypercall(0)|}] private static partial long H(ulong a, void* b, in Pfn c);
[Hypercall(50, Native = nameof(N))] private static partial long H(); static long N() => -38;
[Hypercall(50, Native = nameof(N))] private static partial long H(in Pfn a, uint b); static long N(in Pfn a, uint b) => 0;
static long Hypercall(int number) => number;
