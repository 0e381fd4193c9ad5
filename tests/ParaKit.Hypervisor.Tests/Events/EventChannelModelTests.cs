using FsCheck;
using FsCheck.Fluent;
using ParaKit.Abi;
using ParaKit.Hypervisor.Tests.Support;
using static ParaKit.Hypervisor.Tests.Support.TestHost;

namespace ParaKit.Hypervisor.Tests.Events;

/// <summary>event_channel_op against a small model: a dictionary of ports and a set of pending ones.</summary>
public sealed class EventChannelModelTests
{
    private const int BytesPerStep = 3;
    private const uint FirstFree = 3;

    /// <summary>What a port is: state, and for a pair the other end.</summary>
    private sealed record Port(EventChannelStatus Status, uint Peer = 0, Virq Virq = default, bool ForSelf = true);

    [Fact]
    public void RandomOperations_FollowTheModel()
    {
        var steps = Gen.Choose(0, 255).Select(i => (byte)i).ArrayOf(120 * BytesPerStep).ToArbitrary();
        Prop.ForAll(steps, bytes => Play(bytes)).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    private static void Play(byte[] bytes)
    {
        using var host = Idle();
        var model = new Dictionary<uint, Port>();
        var pending = new HashSet<uint>();
        for (var i = 0; i + BytesPerStep <= bytes.Length; i += BytesPerStep)
        {
            Step(host, model, pending, bytes[i] % 9, bytes[i + 1], bytes[i + 2]);
            foreach (var (port, state) in model)
            {
                Assert.Equal(pending.Contains(port), host.Domain.Shared.IsPending(port));
                Assert.Equal(state.Status, Status(host, port).Status);
            }
        }
    }

    private static void Step(TestHost host, Dictionary<uint, Port> model, HashSet<uint> pending, int operation, byte a, byte b)
    {
        var port = FirstFree + (a % 8u);
        var free = Enumerable.Range((int)FirstFree, 4000).Select(i => (uint)i).First(p => !model.ContainsKey(p));
        var known = model.GetValueOrDefault(port);
        switch (operation)
        {
            case 0:
                var remote = b % 2 == 0 ? DomainIds.Self : (ushort)0;
                Assert.Equal(0, Call(host, EventChannelOperation.AllocUnbound, new EventAllocUnbound { Domain = DomainIds.Self, RemoteDomain = remote }));
                Assert.Equal(free, Result(host, 4));
                model[free] = new Port(EventChannelStatus.Unbound, ForSelf: b % 2 == 0);
                break;
            case 1:
                var bound = Call(host, EventChannelOperation.BindInterdomain, new EventBindInterdomain { RemoteDomain = DomainIds.Self, RemotePort = port });
                if (known is not { Status: EventChannelStatus.Unbound, ForSelf: true })
                {
                    Assert.Equal(Fails(Errno.EINVAL), bound);
                    break;
                }

                Assert.Equal(free, Result(host, 8));
                model[port] = new Port(EventChannelStatus.Interdomain, free);
                model[free] = new Port(EventChannelStatus.Interdomain, port);
                pending.Add(free);
                break;
            case 2:
                BindVirq(host, model, free, (Virq)(b % 26u));
                break;
            case 3:
                Assert.Equal(b % 4 == 3 ? Fails(Errno.ENOENT) : 0, Call(host, EventChannelOperation.BindIpi, new EventBindIpi { Vcpu = b % 4u == 3 ? 1u : 0u }));
                if (b % 4 != 3)
                {
                    model[free] = new Port(EventChannelStatus.Ipi);
                }

                break;
            case 4 or 5:
                Close(host, model, pending, port, known);
                break;
            default:
                Send(host, pending, port, known);
                break;
        }
    }

    private static void BindVirq(TestHost host, Dictionary<uint, Port> model, uint free, Virq virq)
    {
        var result = Call(host, EventChannelOperation.BindVirq, new EventBindVirq { Virq = virq });
        if ((uint)virq >= VirqLimits.Count)
        {
            Assert.Equal(Fails(Errno.EINVAL), result);
        }
        else if (model.Values.Any(p => p.Status == EventChannelStatus.Virq && p.Virq == virq))
        {
            Assert.Equal(Fails(Errno.EEXIST), result);
        }
        else
        {
            Assert.Equal(0, result);
            model[free] = new Port(EventChannelStatus.Virq, Virq: virq);
        }
    }

    private static void Close(TestHost host, Dictionary<uint, Port> model, HashSet<uint> pending, uint port, Port? known)
    {
        var result = Call(host, EventChannelOperation.Close, new EventClose { Port = port });
        Assert.Equal(known is null ? Fails(Errno.EINVAL) : 0, result);
        model.Remove(port);
        pending.Remove(port);
        if (known is { Status: EventChannelStatus.Interdomain })
        {
            model[known.Peer] = new Port(EventChannelStatus.Unbound);
        }
    }

    private static void Send(TestHost host, HashSet<uint> pending, uint port, Port? known)
    {
        var result = Call(host, EventChannelOperation.Send, new EventSend { Port = port });
        var maySend = known is { Status: EventChannelStatus.Interdomain or EventChannelStatus.Ipi or EventChannelStatus.Unbound };
        Assert.Equal(maySend ? 0 : Fails(Errno.EINVAL), result);
        if (known is { Status: EventChannelStatus.Interdomain })
        {
            pending.Add(known.Peer);
        }
        else if (known is { Status: EventChannelStatus.Ipi })
        {
            pending.Add(port);
        }
    }

    [Fact]
    public void Masked_IsNotReported_UntilUnmasked()
    {
        using var host = Idle();
        Assert.Equal(0, Call(host, EventChannelOperation.BindIpi, default(EventBindIpi)));
        var port = Result(host, 4);
        var memory = host.Host.Machine.Memory;
        memory.Write(host.Domain.Shared.Address + SharedInfo.EventMaskOffset, 1ul << (int)port);
        Assert.Equal(0, Call(host, EventChannelOperation.Send, new EventSend { Port = port }));
        Assert.True(host.Domain.Shared.IsPending(port));
        Assert.False(host.Domain.Vcpu.Info.UpcallPending);
        Assert.Equal(0, Call(host, EventChannelOperation.Unmask, new EventUnmask { Port = port }));
        Assert.True(host.Domain.Vcpu.Info.UpcallPending);
        Assert.Equal(1ul, memory.Read<ulong>(host.Domain.Vcpu.Info.Address + 8));
        Assert.Equal(Fails(Errno.EINVAL), Call(host, EventChannelOperation.Unmask, new EventUnmask { Port = 4096 }));
    }

    [Fact]
    public void PortsRunOut()
    {
        using var host = Idle();
        for (var i = FirstFree; i < SharedInfo.EventChannelCount; i++)
        {
            Assert.Equal(0, Call(host, EventChannelOperation.BindIpi, default(EventBindIpi)));
        }

        Assert.Equal(Fails(Errno.ENOSPC), Call(host, EventChannelOperation.BindIpi, default(EventBindIpi)));
        Assert.Equal(0, Call(host, EventChannelOperation.Reset, new EventReset { Domain = DomainIds.Self }));
        Assert.Equal(0, Call(host, EventChannelOperation.BindIpi, default(EventBindIpi)));
        Assert.Equal(1u, Result(host, 4));
    }

    [Fact]
    public void BadArguments()
    {
        using var host = Idle();
        Assert.Equal(Fails(Errno.EFAULT), host.Call(HypercallNumber.EventChannelOp, (ulong)EventChannelOperation.Send, 0));
        Assert.Equal(Fails(Errno.EINVAL), Call(host, EventChannelOperation.Send, new EventSend { Port = uint.MaxValue }));
        Assert.Equal(Fails(Errno.EINVAL), Call(host, EventChannelOperation.Close, default(EventClose)));
        Assert.Equal(Fails(Errno.ESRCH), Call(host, EventChannelOperation.AllocUnbound, new EventAllocUnbound { Domain = 9 }));
        Assert.Equal(Fails(Errno.ESRCH), Call(host, EventChannelOperation.BindInterdomain, new EventBindInterdomain { RemoteDomain = 9, RemotePort = 1 }));
        Assert.Equal(Fails(Errno.ENOENT), Call(host, EventChannelOperation.BindVirq, new EventBindVirq { Virq = Virq.Timer, Vcpu = 1 }));
        Assert.Equal(Fails(Errno.EINVAL), Call(host, EventChannelOperation.BindVirq, new EventBindVirq { Virq = Virq.Console, Vcpu = 1 }));
        Assert.Equal(Fails(Errno.EINVAL), Call(host, EventChannelOperation.BindPirq, default(EventBindPirq)));
        Assert.Equal(Fails(Errno.ENOSYS), host.Call(HypercallNumber.EventChannelOp, 99, MicroGuest.Data));
    }

    [Fact]
    public void AnswerThatCannotBeWritten_LeavesNoPortBehind()
    {
        using var host = Idle();
        var table = host.Layout.Address(host.Layout.TableFrame);
        Assert.Equal(Fails(Errno.EFAULT), host.Call(HypercallNumber.EventChannelOp, (ulong)EventChannelOperation.BindIpi, table));
        Assert.Equal(EventChannelStatus.Closed, Status(host, FirstFree).Status);
    }

    private static long Call<T>(TestHost host, EventChannelOperation operation, T argument)
        where T : unmanaged => host.CallWith(HypercallNumber.EventChannelOp, argument, (ulong)operation);

    private static uint Result(TestHost host, ulong offset) => (uint)host.Read(MicroGuest.Data + offset);

    private static EventStatus Status(TestHost host, uint port)
    {
        Assert.Equal(0, Call(host, EventChannelOperation.Status, new EventStatus { Domain = DomainIds.Self, Port = port }));
        return host.Host.Machine.Memory.Read<EventStatus>(host.MachineAddress(MicroGuest.Data));
    }
}
