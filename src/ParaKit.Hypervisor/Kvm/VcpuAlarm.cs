using System.Runtime.InteropServices;

namespace ParaKit.Hypervisor.Kvm;

/// <summary>
/// Makes KVM_RUN on the thread that created it return every millisecond, so that devices can act while the guest computes: a signal does that, and
/// its handler has nothing to do.
/// </summary>
internal sealed class VcpuAlarm : IDisposable
{
    // Real-time signal that neither the C library nor .NET uses.
    private const int Signal = 60;

    private readonly nint _thread = KvmApi.CurrentThread();
    private readonly CancellationTokenSource _end = new();
    private readonly Thread _clock;

    /// <summary>Starts.</summary>
    public VcpuAlarm()
    {
        // Any function of the C library that takes an int and touches nothing is a handler; managed code must not be one.
        var nothing = NativeLibrary.GetExport(NativeLibrary.Load("libc.so.6"), "abs");
        _ = KvmApi.SetSignalHandler(Signal, nothing);
        _clock = new Thread(Tick) { IsBackground = true, Name = "KVM alarm" };
        _clock.Start();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _end.Cancel();
        _clock.Join();
        _end.Dispose();
    }

    private void Tick()
    {
        while (!_end.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(1)))
        {
            _ = KvmApi.SignalThread(_thread, Signal);
        }
    }
}
