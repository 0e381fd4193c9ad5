// rules: PK0001 PK0002
// statements
{|PK0001:X86.Cli()|};
{|PK0001:X86.Sti()|};
{|PK0001:X86.Hlt()|};
{|PK0001:X86.Invlpg(value)|};
{|PK0001:X86.WriteCr3({|PK0001:X86.ReadCr3()|})|};
ulong cr3 = {|PK0001:X86.ReadCr3()|} & ~0xffful;
{|PK0001:X86.Out(0x3f8, (byte)n)|};
{|PK0001:X86.Out(0xf4, (uint)n)|};
{|PK0001:X86.Wrmsr(0xc0000080, value)|};
{|PK0002:X86.Popf({|PK0002:X86.Pushf()|})|};
bool on = ({|PK0002:X86.Pushf()|} & 0x200) != 0;
{|PK0001:PageTable.Write(_entry, value)|};
value = {|PK0001:PageTable.Read(_entry)|};
{|PK0001:PageTable.Adopt(value, 4)|};
{|PK0001:value.Set(4)|};
{|PK0001:ParaKit.Guest.X86.Cli()|};
{|PK0001:global::ParaKit.Guest.X86.Cli()|};
Action a = () => {|PK0001:X86.Cli()|};
Action a = static () => { {|PK0001:X86.Cli()|}; };
Action a = delegate { {|PK0001:X86.Cli()|}; };
if (n > 3) {|PK0001:X86.Cli()|}; else {|PK0001:X86.Sti()|};
for (int i = 0; i < n; i++) { {|PK0001:X86.Invlpg((ulong)i * 4096)|}; }
for ({|PK0001:X86.Cli()|}; n < 4; {|PK0001:X86.Sti()|}) { n++; }
while (true) { {|PK0001:X86.Hlt()|}; }
try { {|PK0001:X86.Cli()|}; } finally { {|PK0001:X86.Sti()|}; }
switch (n) { case 1: {|PK0001:X86.Cli()|}; break; default: break; }
ulong x = n switch { 1 => {|PK0001:X86.ReadCr3()|}, _ => 0 };
ulong x = n == 1 ? {|PK0001:X86.ReadCr3()|} : {|PK0002:X86.Pushf()|};
local(); void local() => {|PK0001:X86.Cli()|};
checked { {|PK0001:X86.Out(80, (byte)(n + 1))|}; }
string s = $"{{|PK0001:X86.ReadCr3()|}}";
_ = new ulong[] { {|PK0001:X86.ReadCr3()|}, {|PK0002:X86.Pushf()|} };
lock (s_node) { {|PK0001:X86.Cli()|}; }
fixed (int* p = new int[3]) { {|PK0001:X86.Invlpg((ulong)p)|}; }
var t = ({|PK0001:X86.ReadCr3()|}, {|PK0002:X86.Pushf()|});
{|PK0001:X86.WriteCr3(value: value)|};
X86.Pause();
_ = nameof(X86.Cli);
Leaf(); Run(Leaf);
Other.Cli(); Other.Hlt();
_ = "X86.Cli()"; // X86.Cli()
// members
ulong Root => {|PK0001:X86.ReadCr3()|};
ulong Root { get => {|PK0001:X86.ReadCr3()|}; set => {|PK0001:X86.WriteCr3(value)|}; }
ulong _root = {|PK0001:X86.ReadCr3()|};
static ulong s_root = {|PK0001:X86.ReadCr3()|};
ulong this[int i] => {|PK0001:X86.ReadCr3()|} + (ulong)i;
static Kernel() => {|PK0001:X86.Cli()|};
Kernel(int a) { {|PK0001:X86.Cli()|}; }
public static Kernel operator +(Kernel a, Kernel b) { {|PK0001:X86.Cli()|}; return a; }
T Generic<T>(T a) where T : unmanaged { {|PK0001:X86.Cli()|}; return a; }
System.Collections.Generic.IEnumerable<ulong> Values() { yield return {|PK0001:X86.ReadCr3()|}; }
[NativeOnly] void Boot() { X86.Cli(); X86.Popf(X86.Pushf()); }
[Sensitive("lock", Sensitivity.Privileged)] static void Lock() { X86.Cli(); }
[Sensitive("spin", Sensitivity.Innocuous)] static void Spin() { {|PK0001:X86.Cli()|}; }
// file
using static ParaKit.Guest.X86; class K { void M() { {|PK0001:Cli()|}; {|PK0002:Pushf()|}; } }
using Cpu = ParaKit.Guest.X86; class K { void M() { {|PK0001:Cpu.Cli()|}; } }
struct K { public K() { {|PK0001:ParaKit.Guest.X86.Cli()|}; } }
record K(ulong V) { public K() : this({|PK0001:ParaKit.Guest.X86.ReadCr3()|}) { } }
interface IK { void M() => {|PK0001:ParaKit.Guest.X86.Cli()|}; }
[ParaKit.Guest.NativeOnly] class K { void M() { ParaKit.Guest.X86.Cli(); } class Inner { void M() => ParaKit.Guest.X86.Cli(); } }
