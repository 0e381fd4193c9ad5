using System.Runtime;
using ParaKit.Guest;
static unsafe class Kernel
{
    static int s_count; static object s_obj;
    interface IShape { int Area(); }
    sealed class Sq(int n) : IShape { public int Area() => n*n; }
    sealed class Re(int n) : IShape { public int Area() => n*2; }
    [RuntimeExport("kernel_main")]
    static void Main(ulong info)
    {
        Platform.Initialize(info);
        X86.Cli();
        Console.WriteLine("hello");
        IShape[] s = new IShape[2]; s[0]=new Sq(3); s[1]=new Re(4); s_obj = s;
        int t=0; foreach (var x in s) t+=x.Area();
        Console.WriteDecimal((ulong)t);
        Platform.Shutdown(0);
    }
    [RuntimeExport("kernel_trap")] static TrapFrame* Trap(TrapFrame* f) { s_count++; return f; }
}
