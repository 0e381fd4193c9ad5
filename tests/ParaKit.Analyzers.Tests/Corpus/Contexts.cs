// members
[NoAllocation] void A() { s_node = {|PK0201:new Node()|}; }
[NoAllocation] void A() { B(); } void B() { s_node = {|PK0201:new Node()|}; }
[InterruptContext] void A() { B(); } void B() => C(); void C() { var a = {|PK0201:new int[n0()]|}; } int n0() => 4;
[InterruptContext] void A() => B({|PK0201:3|}); void B(object o) { }
[NoAllocation] int A() => {|PK0201:new Node()|}.Value;
Node A { [NoAllocation] get => {|PK0201:new Node()|}; }
[NoAllocation] void A() { _ = P; } int P { get { s_node = {|PK0201:new Node()|}; return 1; } }
[NoAllocation] void A() { P = 1; } int P { get => 0; set { s_node = {|PK0201:new Node()|}; } }
[NoAllocation] void A() { _ = P; } int P { get => 0; set { s_node = new Node(); } }
[NoAllocation] void A() { _ = this + this; } public static Kernel operator +(Kernel a, Kernel b) { s_node = {|PK0201:new Node()|}; return a; }
[NoAllocation] void A() { int k = 4; Run({|PK0201:() => k++|}); }
[NoAllocation] void A() { Run({|PK0201:Leaf|}); }
[NoAllocation] string A(int i) => {|PK0201:"a" + i|};
[NoAllocation] string A(int i) => {|PK0201:$"a{i}"|};
[NoAllocation] string A() => "a" + "b" + nameof(A);
[NoAllocation] void A(IDevice d) => d.Interrupt(); class Disk : IDevice { public void Interrupt() { s_node = {|PK0201:new Node()|}; } }
[NoAllocation] void A(IDevice d) => d.Interrupt(); class Disk : IDevice { void IDevice.Interrupt() { s_node = {|PK0201:new Node()|}; } }
[NoAllocation] void A() { local(); void local() { s_node = {|PK0201:new Node()|}; } }
[NoAllocation] void A<T>() where T : new() { var t = {|PK0201:new T()|}; }
[NoAllocation] void A() { foreach (int i in {|PK0201:new int[3]|}) { } }
[NoAllocation] void A() { if (n0 > 3) throw new InvalidOperationException(); } int n0;
[NoAllocation] void A() { if (n0 > 3) Platform.Fail("a" + n0); } int n0;
[NoAllocation] void A() { Guid g = new Guid(); (int, int) t = (1, 2); Span<int> s = stackalloc int[4]; ReadOnlySpan<byte> b = [1, 2, 3]; }
[NoAllocation] void A() { Leaf(); } void B() { s_node = new Node(); }
void A() { s_node = new Node(); B(); } [NoAllocation] void B() { }
[NoAllocation] void A() { delegate*<void> p = &B; } static void B() { s_node = new Node(); }
[MaySleep] void A() { X86.Hlt(); s_node = new Node(); }
[EventsMasked] void A() { s_node = new Node(); }
[EventsMasked] void A() => {|PK0202:X86.Hlt()|};
[InterruptContext] void A() => {|PK0202:X86.Hlt()|};
[InterruptContext] void A() => B(); void B() => C(); void C() { while (true) { {|PK0202:X86.Hlt()|}; } }
[EventsMasked] void A() => {|PK0202:B()|}; [MaySleep] void B() { }
[EventsMasked] void A() { if (n0 > 1) { B(); } } void B() => {|PK0202:C()|}; [MaySleep] void C() { } int n0;
[EventsMasked] void A(IDevice d) => d.Interrupt(); class Disk : IDevice { public void Interrupt() => {|PK0202:X86.Hlt()|}; }
[EventsMasked] void A(Base b) => b.Go(); abstract class Base { public abstract void Go(); } class D : Base { public override void Go() { {|PK0202:X86.Hlt()|}; } }
[EventsMasked] void A() { using var g = new Guard(); } struct Guard : IDisposable { public void Dispose() { {|PK0202:X86.Hlt()|}; } }
[EventsMasked] void A() { using (new Guard()) { } } struct Guard : IDisposable { public void Dispose() { {|PK0202:X86.Hlt()|}; } }
[EventsMasked] void A() { X86.Sti(); X86.Hlt(); X86.Cli(); }
[EventsMasked] void A() { X86.StiHlt(); X86.Cli(); }
[InterruptContext] void A() => {|PK0202:X86.StiHlt()|};
[InterruptContext] void A() { X86.Sti(); {|PK0202:X86.Hlt()|}; X86.Cli(); }
[EventsMasked] void A() { X86.Pause(); Leaf(); } void B() => X86.Hlt();
[NoAllocation] void A() => X86.Hlt();
[MaySleep] void A() => B(); void B() => X86.Hlt();
[InterruptContext] void A() => {|PK0203:A()|};
[InterruptContext] void A(Node n) { if (n != null) { {|PK0203:A(n.Next)|}; } }
[InterruptContext] void A() => B(); void B() => C(); void C() => {|PK0203:B()|};
[InterruptContext] int A(int n) => n < 2 ? 1 : {|PK0203:A(n + 1)|} * n;
[InterruptContext] int A(int n) => n < 2 ? 1 : A(n - 1) * n;
[InterruptContext] void A(ulong e, int level) { if (level == 0) { return; } for (int i = 0; i < 4; i++) { A(e + (ulong)i, level - 1); } }
[InterruptContext] int A(int n) { switch (n) { case 0: return 0; default: return A(n / 2); } }
[InterruptContext] void A() => B(); void B() { } void C() => C();
[EventsMasked] void A() => B(); void B() => B();
// statements
{|PK0204:X86.Cli()|};
{|PK0204:X86.Cli()|}; if (n > 0) { return; } X86.Sti();
{|PK0204:X86.Cli()|}; if (n > 0) { X86.Sti(); }
if (n > 0) { {|PK0204:X86.Cli()|}; } Leaf();
if (n > 0) { {|PK0204:X86.Cli()|}; } if (n > 0) { } else { X86.Sti(); }
X86.Sti(); {|PK0204:X86.Cli()|};
while (n-- > 0) { {|PK0204:X86.Cli()|}; if (n == 3) { continue; } X86.Sti(); }
for (int i = 0; i < n; i++) { {|PK0204:X86.Cli()|}; if (i == 3) { break; } X86.Sti(); }
switch (n) { case 0: {|PK0204:X86.Cli()|}; break; case 1: X86.Cli(); X86.Sti(); break; }
ulong f = X86.Pushf(); {|PK0204:X86.Cli()|}; if (n == 1) { return; } X86.Popf(f);
{|PK0204:X86.Cli()|}; try { Leaf(); } finally { if (n > 0) { X86.Sti(); } }
{|PK0204:X86.Cli()|}; goto end; end: Leaf();
X86.Cli(); X86.Sti();
X86.Cli(); Leaf(); if (n > 3) { X86.Sti(); return; } X86.Sti();
X86.Cli(); try { if (n > 0) { return; } Leaf(); } finally { X86.Sti(); }
ulong f = X86.Pushf(); X86.Cli(); Leaf(); X86.Popf(f);
ulong f = X86.Pushf(); X86.Cli(); try { Leaf(); } finally { X86.Popf(f); }
while (n-- > 0) { X86.Cli(); Leaf(); X86.Sti(); }
X86.Cli(); while (true) { X86.Hlt(); }
X86.Cli(); for (;;) { X86.Pause(); }
X86.Cli(); Platform.Fail("stop");
X86.Cli(); throw new InvalidOperationException();
X86.Cli(); if (n > 0) { Platform.Fail("stop"); } X86.Sti();
if (n > 0) { X86.Cli(); Leaf(); X86.Sti(); }
X86.Sti(); Leaf();
Run(static () => X86.Cli());
X86.Cli(); do { n--; } while (n > 0); X86.Sti();
X86.Cli(); goto end; end: X86.Sti();
