using ParaKit.Abi;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using static Iced.Intel.AssemblerRegisters;
using static ParaKit.Hypervisor.Tests.Support.TestHost;

namespace ParaKit.Hypervisor.Tests.Hypercalls;

/// <summary>Hypercalls that the user of the library serves: they see copies, and cannot be Xen's.</summary>
public sealed class GuestHypercallTests : IDisposable
{
    private const HypercallNumber Mine = (HypercallNumber)50;
    private const ulong BadAddress = 0x12_3456_7000;

    private readonly TestHost _host = Idle();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Handler_GetsNumberAndArguments_AndItsResultReachesTheGuest()
    {
        Register(call => call.Number + (long)(call.Argument(0) + call.Argument(1) + call.Argument(2) + call.Argument(3) + call.Argument(4)));
        Assert.Equal(50 + 12345, _host.Call(Mine, 5, 40, 300, 2000, 10000));
    }

    [Fact]
    public void Handler_CopiesFromAndToTheGuest()
    {
        Register(static call =>
        {
            if (!call.TryRead(call.Argument(0), out ulong value))
            {
                return GuestHypercall.Result(Errno.EFAULT);
            }

            return call.TryWrite(call.Argument(0), value * 2) ? 0 : GuestHypercall.Result(Errno.EFAULT);
        });
        _host.Write(MicroGuest.Data, 21ul);
        Assert.Equal(0, _host.Call(Mine, MicroGuest.Data));
        Assert.Equal(42ul, _host.Read(MicroGuest.Data));
    }

    [Theory]
    [InlineData(0ul)]
    [InlineData(BadAddress)]
    [InlineData(0x8000_0000_0000ul)]
    [InlineData(MachineToPhysical.HypervisorStart)]
    [InlineData(ulong.MaxValue)]
    public void BadPointer_CannotBeCopied(ulong address)
    {
        Register(static call =>
        {
            var bytes = new byte[16];
            var copied = call.TryRead(call.Argument(0), bytes) || call.TryRead(call.Argument(0), out ulong _) ||
                call.TryWrite(call.Argument(0), bytes) || call.TryWrite(call.Argument(0), 1ul);
            return copied ? 0 : GuestHypercall.Result(Errno.EFAULT);
        });
        Assert.Equal(Fails(Errno.EFAULT), _host.Call(Mine, address));
    }

    /// <summary>A page table is mapped read-only: what the guest cannot write, a handler cannot write for it.</summary>
    [Fact]
    public void PageTable_CannotBeWritten()
    {
        Register(static call => call.TryRead(call.Argument(0), out ulong _) && !call.TryWrite(call.Argument(0), 0ul) ? 1 : 0);
        Assert.Equal(1, _host.Call(Mine, _host.Layout.Address(_host.Layout.TableFrame)));
    }

    [Fact]
    public void UnknownNumbers_StayUnknown()
    {
        Register(static _ => 0);
        foreach (var number in (ulong[])[51, 63, 64, 114, uint.MaxValue])
        {
            Assert.Equal(Fails(Errno.ENOSYS), _host.Call((HypercallNumber)number));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    [InlineData((int)HypercallNumber.MmuUpdate)]
    [InlineData((int)HypercallNumber.Arch1)]
    [InlineData(64)]
    [InlineData(-1)]
    public void NumbersOfXen_AreRefused(int number)
    {
        var error = Assert.Throws<ArgumentException>(() => new RunRequest(MicroGuest.Build(guest => guest.Shutdown()))
        {
            Hypercalls = new Dictionary<int, GuestHypercallHandler> { [number] = static _ => 0 },
        });
        Assert.StartsWith($"Hypercall {number} is Xen's own or outside its table; 50 to 63 are free.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void InAMulticall_HandlersServeToo()
    {
        Register(static call => (long)call.Argument(0) + 1);
        _host.Write(MicroGuest.Data, new MulticallEntry { Operation = 50, Argument1 = 6 });
        Assert.Equal(0, _host.Call(HypercallNumber.Multicall, MicroGuest.Data, 1));
        Assert.Equal(7ul, _host.Read(MicroGuest.Data + 8));
    }

    [Fact]
    public void Run_GivesHandlersToTheGuest_AndCountsTheirCalls()
    {
        var image = MicroGuest.Build(guest =>
        {
            guest.Hypercall((HypercallNumber)63, 7);
            guest.mov(rdi, rax);
            guest.Hypercall((HypercallNumber)63);
            guest.Shutdown();
        });
        List<ulong> arguments = [];
        var result = new ParavirtTechnique().Run(new RunRequest(image)
        {
            MemoryBytes = TestHost.MemoryBytes,
            Hypercalls = new Dictionary<int, GuestHypercallHandler>
            {
                [63] = call =>
                {
                    arguments.Add(call.Argument(0));
                    return 8;
                },
            },
        });
        Assert.Equal(RunOutcome.ShutDown, result.Outcome);
        Assert.Equal([7ul, 8ul], arguments);
        Assert.Equal(2, result.Hypercalls["unknown_63"]);
    }

    private void Register(GuestHypercallHandler handler) =>
        _host.Domain.Extensions = new Dictionary<int, GuestHypercallHandler> { [(int)Mine] = handler };
}
