// rules: PK0001 PK0002
// statements
{|PK0001:X86.Cli(/* now */)|}; // no more
{|PK0001:X86 . Cli ( )|};
{|PK0001:global::ParaKit.Guest.X86.WriteCr3({|PK0001:global::ParaKit.Guest.X86.ReadCr3()|})|};
{|PK0001:X86.@Cli()|};
{|PK0001:X86.\u0043li()|};
¶#line 100 "elsewhere.cs"¶{|PK0001:X86.Cli()|};¶#line default
¶#line (1, 1) - (2, 9) 4 "elsewhere.cs"¶    {|PK0001:X86.Sti()|};¶#line default
¶#line hidden¶X86.Hlt();
¶#region critical¶{|PK0001:X86.Cli()|};¶#endregion
¶#if NEVER¶X86.Cli();¶#else¶{|PK0001:X86.Sti()|};¶#endif
¶#pragma warning disable PK0001¶X86.Cli();¶#pragma warning restore PK0001¶{|PK0001:X86.Sti()|};
¶#pragma warning disable PK0002¶X86.Popf(X86.Pushf());¶#pragma warning restore
¶#pragma warning disable PK0002 // IF only¶{|PK0001:X86.Cli()|};
¶#nullable enable¶string? s = null; if (s is null) {|PK0001:X86.Cli()|};
ulong[] a = [{|PK0001:X86.ReadCr3()|}, .. new ulong[] { {|PK0002:X86.Pushf()|} }];
Span<ulong> a = stackalloc ulong[] { {|PK0001:X86.ReadCr3()|}, 0 };
(ulong root, var flags) = ({|PK0001:X86.ReadCr3()|}, {|PK0002:X86.Pushf()|});
ulong x; (x, value) = ({|PK0001:X86.ReadCr3()|}, value);
_ = {|PK0001:X86.ReadCr3()|};
ulong x = ({|PK0001:X86.ReadCr3()|});
ulong x = unchecked((ulong)(long){|PK0001:X86.ReadCr3()|} + 1);
var x = new { Root = {|PK0001:X86.ReadCr3()|} };
object x = {|PK0001:X86.ReadCr3()|};
dynamic x = {|PK0001:X86.ReadCr3()|};
value = n > 0 && {|PK0001:X86.ReadCr3()|} > 3 ? 1ul : {|PK0001:X86.ReadCr3()|};
bool b = {|PK0001:X86.ReadCr3()|} is > 4096 and < 8192;
string s = n switch { 0 when {|PK0001:X86.ReadCr3()|} == 0 => "a", _ => "b" };
switch ({|PK0001:X86.ReadCr3()|}) { case 0: return; case > 5 when {|PK0002:X86.Pushf()|} > 0: return; }
while (({|PK0002:X86.Pushf()|} & 0x200) == 0) {|PK0001:X86.Sti()|};
do {|PK0001:X86.Hlt()|}; while ({|PK0001:X86.ReadCr3()|} == 0);
foreach (ulong i in new[] { {|PK0001:X86.ReadCr3()|} }) {|PK0001:X86.Invlpg(i)|};
using (var d = new System.IO.MemoryStream((int){|PK0001:X86.ReadCr3()|})) { {|PK0001:X86.Cli()|}; }
try { Leaf(); } catch (Exception) when ({|PK0001:X86.ReadCr3()|} == 0) { {|PK0001:X86.Hlt()|}; }
goto stop; stop: {|PK0001:X86.Hlt()|};
unsafe { {|PK0001:X86.Cli()|}; }
{ { {|PK0001:X86.Cli()|}; } }
throw new Exception({|PK0001:X86.ReadCr3()|}.ToString());
Leaf(); void local<T>() { {|PK0001:X86.Cli()|}; } local<int>(); local<string>();
static ulong local(ulong v = 4) => {|PK0001:X86.ReadCr3()|} + v; local();
void outer() { void inner() { {|PK0001:X86.Cli()|}; } inner(); } outer();
Func<Func<ulong>> f = () => () => {|PK0001:X86.ReadCr3()|};
var f = ulong (int i) => {|PK0001:X86.ReadCr3()|};
var f = (int i = 3, params ulong[] rest) => { {|PK0001:X86.Cli()|}; };
Action<int> a = _ => {|PK0001:X86.Cli()|};
Action a = null!; a += () => {|PK0001:X86.Cli()|}; a?.Invoke();
System.Linq.Expressions.Expression<Action> e = () => {|PK0001:X86.Cli()|};
{|PK0001:X86.Out(port: 0x3f8, value: (byte)n)|};
{|PK0001:X86.Out(value: (byte)n, port: 0x3f8)|};
{|PK0001:X86.WriteCr3(n > 0 ? value : {|PK0001:X86.ReadCr3()|})|};
{|PK0001:PageTable.Write(&_entry[n], {|PK0001:PageTable.Read(_entry)|} | 1)|};
ref ulong slot = ref {|PK0001:PageTable.Slot(_entry, 3)|}; slot = 4;
{|PK0001:PageTable.SetAll(_entry, in value, out int count)|};
{|PK0001:PageTable.SetAll(_entry, value, out _)|};
value = {|PK0001:PageTable.Store(ref value, 4ul)|} + {|PK0001:PageTable.Store<ulong>(ref value, 5)|};
{|PK0001:PageTable.Set(ref value, 4)|};
string s = $"{n:x} {{|PK0001:X86.ReadCr3()|},16} {$"{{|PK0002:X86.Pushf()|}}"}";
string s = $$"""{{ {|PK0001:X86.ReadCr3()|} }}""";
{|PK0002:X86.Sgdt(&value)|}; {|PK0002:X86.Sidt(&value)|};
int t = {|PK0002:X86.Sldt()|} + {|PK0002:X86.Str()|} + {|PK0002:X86.Smsw()|};
value = {|PK0002:X86.Lar(8)|} + (ulong){|PK0002:X86.Lsl(8)|};
bool r = {|PK0002:X86.Verr(8)|} || {|PK0002:X86.Verw(8)|};
int t = {|PK0002:X86.ReadCs()|} + {|PK0002:X86.ReadSs()|} + {|PK0002:X86.PushFs()|};
{|PK0002:X86.WriteDs(0x10)|}; {|PK0002:X86.FarReturn(8)|}; {|PK0002:X86.Int(0x80)|};
ushort cs = {|PK0001:X86.KernelCodeSelector()|};
Mfn m = {|PK0001:FrameTranslation.ToMachine(_pfn)|};
if (nameof(X86.Popf).Length > 3) Leaf();
typeof(X86).GetMethod("Cli")!.Invoke(null, null);
string Cli() => "X86.Cli()"; _ = Cli();
var X86 = new { Cli = (Action)Leaf }; X86.Cli();
ParaKit.Guest.Xen.PvX86.Cli(); ParaKit.Guest.Xen.PvX86.Popf(3);
/* X86.Cli(); */ /// X86.Sti();
const string Text = """X86.Cli(); X86.Hlt();""";
// members
partial void Later(); partial void Later() { {|PK0001:X86.Cli()|}; }
partial class Part { public partial ulong Root { get; } } partial class Part { public partial ulong Root => {|PK0001:X86.ReadCr3()|}; }
class Outer<T> { class Inner<U> { static ulong Root(T t, U u) => {|PK0001:X86.ReadCr3()|}; } }
T Pick<T>(T a) where T : struct, IComparable<T> => {|PK0001:X86.ReadCr3()|} > 3 ? a : default;
static T Root<T>() where T : System.Numerics.INumber<T> => T.CreateChecked({|PK0001:X86.ReadCr3()|});
interface IRoot { static virtual ulong Root => {|PK0001:X86.ReadCr3()|}; }
interface IStop { static abstract void Stop(); } struct Stop : IStop { static void IStop.Stop() => {|PK0001:X86.Hlt()|}; }
class Base { protected virtual void Go() => {|PK0001:X86.Cli()|}; } class Derived : Base { protected override void Go() { base.Go(); {|PK0001:X86.Sti()|}; } }
class Chain(ulong root) { public Chain() : this({|PK0001:X86.ReadCr3()|}) { } ulong Root => root; }
class Primary(ulong root) { readonly ulong _root = root + {|PK0001:X86.ReadCr3()|}; ulong Root => _root; }
ulong Auto { get; } = {|PK0001:X86.ReadCr3()|};
ulong Backed { get => field + {|PK0001:X86.ReadCr3()|}; set => field = value; }
ulong Init { get; init { {|PK0001:X86.WriteCr3(value)|}; } }
event Action Tick { add { {|PK0001:X86.Cli()|}; } remove { {|PK0001:X86.Sti()|}; } }
ulong this[int a, int b] { get { return {|PK0001:X86.ReadCr3()|}; } set { {|PK0001:X86.WriteCr3(value)|}; } }
public static implicit operator ulong(Kernel k) => {|PK0001:X86.ReadCr3()|};
public static bool operator true(Kernel k) => {|PK0001:X86.ReadCr3()|} > 0; public static bool operator false(Kernel k) => false;
public static Kernel operator ++(Kernel k) { {|PK0001:X86.Cli()|}; return k; }
void Deconstruct(out ulong a, out ulong b) => (a, b) = ({|PK0001:X86.ReadCr3()|}, {|PK0002:X86.Pushf()|});
~Kernel() { {|PK0001:X86.Hlt()|}; }
[Obsolete] void Old() => {|PK0001:X86.Cli()|};
[System.Runtime.CompilerServices.MethodImpl(256)] static void Inline() => {|PK0001:X86.Cli()|};
[System.Runtime.InteropServices.UnmanagedCallersOnly] static void Entry() => {|PK0001:X86.Cli()|};
System.Collections.Generic.IEnumerator<int> GetEnumerator() { {|PK0001:X86.Cli()|}; yield return 1; {|PK0001:X86.Sti()|}; yield break; }
enum Kind : ulong { None } static Kind Read() => (Kind){|PK0001:X86.ReadCr3()|};
delegate ulong Reader(); static readonly Reader s_reader = () => {|PK0001:X86.ReadCr3()|};
static ulong s_a = 1, s_b = {|PK0001:X86.ReadCr3()|}, s_c = s_b;
record struct Root(ulong Value) { public Root() : this({|PK0001:X86.ReadCr3()|}) { } }
ref struct Guard { public Guard() => {|PK0001:X86.Cli()|}; public void Dispose() => {|PK0001:X86.Sti()|}; }
readonly struct Flags { readonly ulong _f = {|PK0002:X86.Pushf()|}; public Flags() { } public void Restore() => {|PK0002:X86.Popf(_f)|}; }
ulong Boot { [NativeOnly] get { return X86.ReadCr3(); } }
[NativeOnly] struct Early { ulong _a; Early(int a) { _a = X86.ReadCr3(); } void M() { void local() => X86.Cli(); local(); } }
[NativeOnly] class Native { static readonly ulong s_a = X86.ReadCr3(); Action A => () => X86.Cli(); }
[Sensitive("own", Sensitivity.SensitiveUnprivileged)] static void Own() { } void Use() => {|PK0002:Own()|};
[Sensitive("own", Sensitivity.Platform)] static void Own() { } void Use() { {|PK0001:Own()|}; Action a = () => {|PK0001:Own()|}; }
[Sensitive("own", Sensitivity.Innocuous)] static void Own() { } void Use() => Own();
[Sensitive("own", Sensitivity.Privileged)] static T Own<T>(T a) => a; int Use() => {|PK0001:Own(3)|} + {|PK0001:Own<int>(4)|};
static class Ext { [Sensitive("own", Sensitivity.Privileged)] public static void Go(int a) { } } void Use() => {|PK0001:Ext.Go(3)|};
// file
using static ParaKit.Guest.X86; class K { ulong M() => {|PK0001:ReadCr3()|}; void N() { {|PK0001:WriteCr3({|PK0001:ReadCr3()|})|}; Pause(); } }
using P = ParaKit.Guest.PageTable; unsafe class K { void M(ulong* e) => {|PK0001:P.Write(e, {|PK0001:P.Read(e)|})|}; }
global using G = ParaKit.Guest.X86; class K { void M() => {|PK0001:G.Cli()|}; }
using ParaKit.Guest; namespace A.B { class K { void M() { {|PK0001:X86.Cli()|}; } } }
namespace A; using ParaKit.Guest; class K { void M() { {|PK0001:X86.Cli()|}; } }
namespace ParaKit.Guest { class K { void M() { {|PK0001:X86.Cli()|}; } } }
namespace ParaKit { class K { void M() { {|PK0001:Guest.X86.Cli()|}; } } }
using ParaKit.Guest; file class K { public static void M() { {|PK0001:X86.Sti()|}; } }
using ParaKit.Guest; static class E { public static void Stop(this int n) { {|PK0001:X86.Hlt()|}; } } class K { void M() => 3.Stop(); }
using ParaKit.Guest; static class E { extension(int n) { public void Stop() { {|PK0001:X86.Hlt()|}; } public static ulong Root => {|PK0001:X86.ReadCr3()|}; } }
using ParaKit.Guest; class K { ulong? _v; K? _next; void M() { _next?._v = {|PK0001:X86.ReadCr3()|}; } }
using ParaKit.Guest; class K { void M(System.ReadOnlySpan<ulong> s) { } void N() => M([{|PK0001:X86.ReadCr3()|}]); }
using ParaKit.Guest; class K { void M(params System.ReadOnlySpan<ulong> s) { } void N() => M({|PK0001:X86.ReadCr3()|}, {|PK0002:X86.Pushf()|}); }
static class X86 { public static void Cli() { } } class K { void M() => X86.Cli(); }
using ParaKit.Guest; class K { class X86 { public static void Cli() { } } void M() { X86.Cli(); {|PK0001:ParaKit.Guest.X86.Cli()|}; } }
using ParaKit.Guest; class K { async System.Threading.Tasks.Task M() { await System.Threading.Tasks.Task.Yield(); {|PK0001:X86.Cli()|}; } }
