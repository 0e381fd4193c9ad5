// statements
try { Leaf(); } {|PK0101:catch|} { }
try { Leaf(); } {|PK0101:catch|} (Exception) { }
try { Leaf(); } {|PK0101:catch|} (Exception e) when (e.Message == "") { } finally { }
try { Leaf(); } finally { Leaf(); }
using (new System.IO.MemoryStream()) { }
throw new InvalidOperationException();
int{|PK0107:[,]|} a = new int{|PK0107:[2, 3]|};
int[][] a = new int[2][];
// members
[System.Runtime.InteropServices.DllImport("libc")] static extern int {|PK0108:getpid|}();
[System.Runtime.InteropServices.DllImport("kernel32", EntryPoint = "Beep")] static extern int {|PK0108:Sound|}(int a, int b);
[System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.InternalCall), System.Runtime.RuntimeImport("*", "symbol")] static extern int Symbol();
[ThreadStatic] static int {|PK0104:s_value|};
static int s_value;
[System.Runtime.CompilerServices.ModuleInitializer] internal static void {|PK0103:Start|}() { }
internal static void Start() { }
class Buffer { ~{|PK0102:Buffer|}() { } }
class Buffer { public void Dispose() { } }
// file
{|PK0106:using System.Linq;|} class K { }
using System.Collections; class K { }
class K { async System.Threading.Tasks.Task {|PK0105:A|}() => await System.Threading.Tasks.Task.Yield(); }
