// statements
if ({|PK0007:(_frame->Cs & 3) == 0|}) { Leaf(); }
if ({|PK0007:(_frame->Cs & 3) == 3|}) { Leaf(); }
if ({|PK0007:(_frame->Cs & 3ul) != 0ul|} && n > 0) { Leaf(); }
if (!({|PK0007:(_frame->Cs & 3) == 0|})) { Leaf(); }
if ({|PK0007:0 == (_frame->Cs & 3)|}) { Leaf(); }
if ({|PK0007:(3 & _frame->Cs) > 0|}) { Leaf(); }
if ({|PK0007:((int)_frame->Cs & 3) == 0|}) { Leaf(); }
if ({|PK0007:(_frame->Ss & 3) == 3|}) { Leaf(); }
bool user = {|PK0007:(_frame->Cs & 3) == 3|};
while ({|PK0007:(_frame->Cs & 3) == 3|}) { n++; }
n = {|PK0007:(_frame->Cs & 3) == 0|} ? 1 : 2;
n = ({|PK0007:_frame->Cs & 3|}) switch { 0 => 1, _ => 2 };
switch ({|PK0007:_frame->Cs & 3|}) { case 3: return; }
if ({|PK0007:_frame->Cs == Gdt.KernelCode|}) { Leaf(); }
if ({|PK0007:_frame->Cs != 0x2b|}) { Leaf(); }
if ({|PK0007:_frame->Cs is Gdt.UserCode or 0x33|}) { Leaf(); }
if ({|PK0007:(ushort)_frame->Ss == Gdt.KernelData|}) { Leaf(); }
ulong level = _frame->Cs & 3; if ({|PK0007:level == 0|}) { Leaf(); }
var cs = (int)_frame->Cs; if ({|PK0007:(cs & 3) == 0|}) { Leaf(); }
ref TrapFrame f = ref *_frame; if ({|PK0007:(f.Cs & 3) == 0|}) { Leaf(); }
TrapFrame f = *_frame; Func<bool> g = () => {|PK0007:(f.Cs & 3) == 0|};
_frame->Cs = {|PK0007:8|};
_frame->Cs = {|PK0007:Gdt.KernelCode|}; _frame->Ss = {|PK0007:Gdt.KernelData|};
_frame->Ss = {|PK0007:0x20 | 3|};
(*_frame).Cs = {|PK0007:Gdt.UserCode|};
const ulong Code = 8; _frame->Cs = {|PK0007:Code|};
var f = new TrapFrame { Rip = value, Cs = {|PK0007:8|}, Ss = {|PK0007:0x10|} };
TrapFrame f = new() { Cs = {|PK0007:Gdt.KernelCode|} };
if ({|PK0007:(X86.ReadCs() & 3) == 0|}) { Leaf(); }
if ({|PK0007:X86.ReadCs() == 8|}) { Leaf(); }
if ({|PK0007:X86.ReadCs() is 8|}) { Leaf(); }
ushort cs = X86.ReadCs(); bool ring0 = {|PK0007:(cs & 3) == 0|};
if ({|PK0007:(X86.ReadSs() & 3) != 0|}) { Leaf(); }
if ({|PK0007:X86.PushFs() != 0|}) { Leaf(); }
if ({|PK0007:(X86.Smsw() & 8) != 0|}) { Leaf(); }
if ({|PK0007:X86.Sldt() != 0|}) { Platform.Fail("virtual"); }
var task = X86.Str(); if ({|PK0007:task != 0x28|}) { Leaf(); }
if ({|PK0007:X86.Lar(8) == 0|}) { Leaf(); }
if ({|PK0007:X86.Lsl(0x10) < 0|}) { Leaf(); }
if ({|PK0007:X86.Verr(8)|}) { Leaf(); }
while ({|PK0007:!X86.Verw(0x10)|}) { n++; }
{|PK0007:X86.Sgdt(&value)|}; {|PK0007:X86.Sidt(&value)|};
if (_frame->FromUser) { Leaf(); }
bool kernel = !_frame->FromUser;
if (_frame->Cs == X86.KernelCodeSelector()) { Leaf(); }
_frame->Cs = X86.UserCodeSelector(); _frame->Ss = X86.UserDataSelector();
ulong cs = _frame->Cs; _frame->Cs = cs;
TrapFrame f = default; f.Cs = _frame->Cs; f.Ss = _frame->Ss;
if ((_frame->Rflags & 0x200) == 0 || _frame->Vector == 14 || _frame->Rip == 0) { Leaf(); }
_frame->Rflags = 2; _frame->Rip = value; _frame->Rsp = 0x1000;
X86.WriteDs(X86.ReadCs()); value = X86.ReadSs();
if (X86.ReadCr3() == 0 || (X86.Pushf() & 0x200) == 0) { Leaf(); }
var own = new { Cs = 8 }; if (own.Cs == 8) { Leaf(); }
Other2 o = default; o.Cs = 8; if ((o.Cs & 3) == 0) { Leaf(); }
// members
bool InKernel(TrapFrame* f) => {|PK0007:(f->Cs & 3) == 0|};
static bool IsKernel(in TrapFrame f) => {|PK0007:(f.Cs & 3) == 0|};
bool Ring0 { get => {|PK0007:(X86.ReadCs() & 3) == 0|}; }
static readonly bool s_ring0 = {|PK0007:(X86.ReadCs() & 3) == 0|};
void Start(ref TrapFrame f, ulong entry) { f.Rip = entry; f.Cs = {|PK0007:Gdt.UserCode|}; f.Ss = {|PK0007:Gdt.UserData|}; }
[NativeOnly] bool Early(TrapFrame* f) => (f->Cs & 3) == 0 && X86.ReadCs() == 8;
[Sensitive("own", Sensitivity.SensitiveUnprivileged)] static bool Own() => (X86.ReadCs() & 3) == 0;
class Frame { public ulong Cs; } bool M(Frame f) { f.Cs = 8; return (f.Cs & 3) == 0; }
// file
using ParaKit.Guest; unsafe static class E { extension(TrapFrame f) { public bool InKernel => {|PK0007:(f.Cs & 3) == 0|}; } }
using static ParaKit.Guest.X86; class K { bool M() => {|PK0007:Smsw() != 0|}; }
// statements
Mfn m = {|PK0205:new Mfn(_pfn.Number)|};
Mfn m = {|PK0205:new(_pfn.Number)|};
var p = {|PK0205:new Pfn(_mfn.Number)|};
var p = {|PK0205:new Pfn(_vpn.Number)|};
var v = {|PK0205:new Vpn(_mfn.Number)|};
var m = {|PK0205:new Mfn(number: (ulong)(long)_pfn.Number)|};
var m = {|PK0205:new Mfn(_pfn.Number + (ulong)n)|};
var m = {|PK0205:new Mfn(_pfn.Address >> 12)|};
var m = {|PK0205:new Mfn((_pfn.Number << 12 | 7) >> 12)|};
var m = {|PK0205:Mfn.Containing(_pfn.Address)|};
var p = {|PK0205:Pfn.Containing(_mfn.Address & ~7ul)|};
var v = {|PK0205:Vpn.Containing(_pfn.Address)|};
ulong a = _pfn.Address; var m = {|PK0205:Mfn.Containing(a)|};
ulong a = _pfn.Number, b = a + 1; var m = {|PK0205:new Mfn(b)|};
if ({|PK0205:_pfn.Number == _mfn.Number|}) { Leaf(); }
if ({|PK0205:_pfn.Address < _vpn.Address|}) { Leaf(); }
value = {|PK0205:_vpn.Number - _pfn.Number|};
ParaKit.Abi.MmuExtendedOperation o = default; o.MachineFrame = {|PK0205:_pfn.Number|};
var o = new ParaKit.Abi.MmuExtendedOperation { Command = 3, MachineFrame = {|PK0205:_pfn.Number|} };
var o = new ParaKit.Abi.MmuExtendedOperation { MachineFrame = {|PK0205:_vpn.Number + 1|} };
Func<Mfn> f = () => {|PK0205:new(_pfn.Number)|};
Mfn m = {|PK0205:System.Runtime.CompilerServices.Unsafe.As<Pfn, Mfn>(ref _pfn)|};
Mfn m = {|PK0205:System.Runtime.CompilerServices.Unsafe.BitCast<Pfn, Mfn>(_pfn)|};
Span<Mfn> all = {|PK0205:System.Runtime.InteropServices.MemoryMarshal.Cast<Pfn, Mfn>(new Span<Pfn>(ref _pfn))|};
Pfn own = _pfn; Mfn m = *{|PK0205:(Mfn*)&own|};
Pfn own = _pfn; Mfn* m = {|PK0205:(Mfn*)(void*)&own|};
ulong a; a = _pfn.Number; Mfn m = {|PK0205:new Mfn(a)|};
Mfn m = {|PK0205:new Mfn(n > 3 ? _pfn.Number : 0)|};
Mfn m = {|PK0205:new Mfn(n switch { 1 => _pfn.Number, 2 => _pfn.Number + 1, _ => 0 })|};
PageTable.Write(_entry, {|PK0205:_mfn.Address | 7|});
PageTable.Write(_entry, value: {|PK0205:_vpn.Address|});
Mfn[] all = [{|PK0205:new Mfn(_pfn.Number)|}, FrameTranslation.ToMachine(_pfn)];
Mfn m = FrameTranslation.ToMachine(_pfn); Pfn p = FrameTranslation.ToPhysical(m);
Vpn v = Vpn.InDirectMap(_pfn); Vpn w = new(v.Number + 1);
Pfn next = new(_pfn.Number + 1); Mfn same = new(_mfn.Number); Pfn round = Pfn.Containing(next.Address + 4095);
bool before = _pfn.Number < new Pfn(3).Number && _mfn.Number != 0;
var o = new ParaKit.Abi.MmuExtendedOperation { MachineFrame = FrameTranslation.ToMachine(_pfn).Number };
var o = new ParaKit.Abi.MmuExtendedOperation { MachineFrame = _mfn.Number };
ulong[] map = new ulong[4]; Mfn m = new(map[_pfn.Number]); Pfn p = new(map[(int)_mfn.Number]);
ulong Look(Pfn p) => p.Number; Mfn m = new(Look(_pfn));
PageTable.Write(_entry, _pfn.Address | 7); ulong number = _pfn.Number + 4;
Mfn m = new(value); Pfn p = new(value);
ulong a = _pfn.Number; a = (new ulong[4])[a]; Mfn m = new(a);
ulong a = _pfn.Number; Translate(ref a); Mfn m = new(a); static void Translate(ref ulong number) { }
Pfn other = System.Runtime.CompilerServices.Unsafe.As<Pfn, Pfn>(ref _pfn); ulong raw = System.Runtime.CompilerServices.Unsafe.As<Pfn, ulong>(ref _pfn);
Pfn own = _pfn; ulong* raw = (ulong*)&own; Pfn* same = (Pfn*)raw;
Mfn m = new(n > 3 ? _mfn.Number : 0);
PageTable.Write(_entry, (_pfn.Number << 12) | 7); PageTable.Write(_entry, value);
// members
Mfn Of(Pfn p) => {|PK0205:new(p.Number)|};
static Pfn Of(Mfn m) { return {|PK0205:new Pfn(m.Number)|}; }
Mfn First { get => {|PK0205:new(_pfn.Number)|}; }
static bool Same(Pfn p, Mfn m) => {|PK0205:p.Number == m.Number|};
[NativeOnly] Mfn Early(Pfn p) => new(p.Number);
struct Pfn2(ulong n) { public ulong Number => n; } Mfn Of(Pfn2 p) => new(p.Number);
// statements
for (ulong i = 0; i < value; i++) { {|PK0304:Hypercall.UpdateVaMapping(i, 0, 0)|}; }
foreach (byte b in new byte[3]) {|PK0304:Hypercall.FpuTaskswitch(b)|};
while (n-- > 0) { _ = {|PK0304:Hypercall.FpuTaskswitch(0)|}; }
do { {|PK0304:Hypercall.UpdateVaMapping(value, 0, 0)|}; } while (value-- > 0);
for (int i = 0; i < n; i++) { if (i > 3) { {|PK0304:Hypercall.FpuTaskswitch(1)|}; } }
for (int i = 0; i < n; i++) { for (int j = 0; j < n; j++) { {|PK0304:Hypercall.UpdateVaMapping((ulong)i, (ulong)j, 0)|}; } }
for (int i = 0; i < n; i++) { if ({|PK0304:Hypercall.FpuTaskswitch(1)|} < 0) { Leaf(); Platform.Fail("fpu"); } }
for (int i = 0; i < n; i++) { if ({|PK0304:Hypercall.FpuTaskswitch(1)|} != 0) throw new InvalidOperationException(); }
ParaKit.Abi.MmuExtendedOperation o; while (n-- > 0) { {|PK0304:Hypercall.MmuExtendedOp(&o, 1, null, 0)|}; }
Hypercall.UpdateVaMapping(value, 0, 0); Hypercall.UpdateVaMapping(value, 1, 0);
while (n-- > 0) { if (Hypercall.FpuTaskswitch(1) < 0) { continue; } }
while (Hypercall.FpuTaskswitch(1) < 0) { n++; }
long sum = 0; for (int i = 0; i < n; i++) { sum += Hypercall.FpuTaskswitch(0); }
for (;;) { Hypercall.SchedulerOp(1, null); }
using (var m = new Multicall(stackalloc ParaKit.Abi.MulticallEntry[4])) { while (n-- > 0) { m.FpuTaskswitch(1); } }
for (int i = 0; i < n; i++) { Run(() => Hypercall.FpuTaskswitch(1)); }
for (int i = 0; i < n; i++) { void local() => Hypercall.FpuTaskswitch(1); local(); }
for (long r = Hypercall.FpuTaskswitch(1); r < 0; r++) { n++; }
// statements
value = {|PK0003:Cpu.Cr3|};
{|PK0003:Cpu.Cr3|} = value;
{|PK0003:Cpu.Cr3|} |= 1;
{|PK0003:Cpu.Cr3|}++;
{|PK0003:Cpu.Cr3|} = {|PK0003:Cpu.Cr3|} + 1;
Func<ulong> f = () => {|PK0003:Cpu.Cr3|};
if ({|PK0003:Cpu.Cr3|} is 0) { Leaf(); }
(value, {|PK0003:Cpu.Cr3|}) = (1, 2);
string s = $"{{|PK0003:Cpu.Cr3|}}";
value = {|PK0003:new Cpu()[3]|};
value = Cpu.Root; _ = nameof(Cpu.Cr3); value = Cpu.ReadCr3();
ReadOnlySpan<byte> code = [0xFA, 0xC3]; fixed (byte* p = code) { (({|PK0003:(delegate*<void>)p|}))(); }
fixed (byte* p = "\u00FA\u00C3"u8) { ({|PK0003:(delegate*<void>)p|})(); }
Span<byte> code = stackalloc byte[8]; fixed (void* p = code) { var f = {|PK0003:(delegate*<void>)p|}; }
uint* code = stackalloc uint[2]; var f = {|PK0003:(delegate*<void>)code|};
void* late; late = bytes; var f = {|PK0003:(delegate*<void>)late|};
nint address; address = (nint)bytes; var f = {|PK0003:(delegate*<void>)address|};
var f = *{|PK0003:(delegate*<void>*)&bytes|};
var f = {|PK0003:(delegate*<void>)(nint)(bytes + n)|};
var f = {|PK0003:(delegate*<void>)System.Runtime.InteropServices.Marshal.UnsafeAddrOfPinnedArrayElement(new byte[4], 0)|};
byte[] code = new byte[2]; var f = {|PK0003:(delegate*<void>)System.Runtime.CompilerServices.Unsafe.AsPointer(ref code[0])|};
void* late; late = (delegate*<void>)&Leaf; var f = (delegate*<void>)late;
void** table = null; var f = (delegate*<void>)table[3];
delegate*<void> g = &Leaf; void* p = g; var f = (delegate*<int>)p;
delegate*<void>* table = stackalloc delegate*<void>[2]; table[0] = &Leaf; table[0]();
nint address = (nint)value; var f = (delegate*<void>)address;
// members
struct Entry { [Sensitive("mov", Sensitivity.SensitiveStore)] public static Entry operator {|PK0003:+|}(Entry a, Entry b) => a; }
struct Entry { [Sensitive("mov", Sensitivity.SensitiveStore)] public static explicit operator {|PK0003:Entry|}(int a) => default; }
[NativeOnly] ulong Early() => Cpu.Cr3;
ulong Root { get => {|PK0003:Cpu.Cr3|}; set => {|PK0003:Cpu.Cr3|} = value; }
static ReadOnlySpan<byte> Code => [0xFA, 0xC3]; void M() { fixed (byte* p = Code) { ({|PK0003:(delegate* unmanaged<void>)p|})(); } }
static readonly byte[] s_code = [0xFA]; void M() { fixed (void* p = &s_code[0]) { ({|PK0003:(delegate* unmanaged<void>)p|})(); } }
