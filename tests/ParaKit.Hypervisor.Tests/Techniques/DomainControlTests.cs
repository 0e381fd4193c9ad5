using ParaKit.Abi;
using ParaKit.Hypervisor.Domains;
using ParaKit.Hypervisor.Memory;
using ParaKit.Hypervisor.Store;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Tests.Techniques;

/// <summary>What domain 0 may, and no other domain.</summary>
public sealed class DomainControlTests : IDisposable
{
    private readonly string _path = Path.GetTempFileName();

    public DomainControlTests() => File.WriteAllBytes(_path, new byte[256 * 512]);

    public void Dispose() => File.Delete(_path);

    /// <summary>Each control operation as an ordinary domain could ask for it, and what it is told.</summary>
    public static TheoryData<string, HypercallNumber, Errno> Attempts => new()
    {
        { "create", HypercallNumber.Domctl, Errno.EPERM },
        { "destroy", HypercallNumber.Domctl, Errno.EPERM },
        { "pause", HypercallNumber.Domctl, Errno.EPERM },
        { "unpause", HypercallNumber.Domctl, Errno.EPERM },
        { "tune", HypercallNumber.Domctl, Errno.EPERM },
        { "tune the schedulers", HypercallNumber.Sysctl, Errno.EPERM },
        { "reach the platform", HypercallNumber.PlatformOp, Errno.EPERM },
        { "map into another domain", HypercallNumber.UpdateVaMappingOtherdomain, Errno.EPERM },
        { "load another kernel", HypercallNumber.KexecOp, Errno.EPERM },
    };

    [Theory]
    [MemberData(nameof(Attempts))]
    public void OrdinaryDomain_IsRefused(string operation, HypercallNumber number, Errno error)
    {
        using TestHost host = TestHost.Idle();

        // xen_domctl: cmd 1 to 5, interface version, domain.
        uint command = operation switch { "create" => 1, "destroy" => 2, "pause" => 3, "unpause" => 4, "tune" => 16, _ => 1 };
        host.Write(MicroGuest.Data, (0x15UL << 32) | command);
        host.Write(MicroGuest.Data + 8, 0UL);
        Assert.Equal(TestHost.Fails(error), host.Call(number, MicroGuest.Data, 0, 0, 0));
        Assert.Equal(DomainState.Running, host.Domain.State);
    }

    /// <summary>What hypercalls that domains do have could do to others, if they let them.</summary>
    [Fact]
    public void OtherDomains_AreOutOfReach()
    {
        using TestHost host = TestHost.Idle();
        const ushort Other = 2;
        host.Domain.Others = id => id.Value == Other ? host.Domain : null;
        Assert.Equal(TestHost.Fails(Errno.EPERM), host.Call(HypercallNumber.MmuUpdate, MicroGuest.Data, 1, 0, Other));
        Assert.Equal(TestHost.Fails(Errno.EPERM), host.Call(HypercallNumber.MmuextOp, MicroGuest.Data, 1, 0, Other));
        Assert.Equal(TestHost.Fails(Errno.EPERM), host.CallWith(HypercallNumber.MemoryOp, new MemoryReservation { Domain = Other }, (ulong)MemoryOperation.DecreaseReservation));
        Assert.Equal(TestHost.Fails(Errno.ESRCH), host.CallWith(HypercallNumber.EventChannelOp, new EventAllocUnbound { Domain = Other }, (ulong)EventChannelOperation.AllocUnbound));
        Assert.Equal(TestHost.Fails(Errno.ESRCH), host.CallWith(HypercallNumber.EventChannelOp, new EventReset { Domain = Other }, (ulong)EventChannelOperation.Reset));
        host.Write(MicroGuest.Data, new GrantSetupTable { Domain = Other, FrameCount = 1, FrameList = MicroGuest.Data + 64 });
        Assert.Equal(0, host.Call(HypercallNumber.GrantTableOp, (ulong)GrantTableOperation.SetupTable, MicroGuest.Data, 1));
        Assert.Equal((short)GrantStatus.BadDomain, (short)host.Read(MicroGuest.Data + 8));
        foreach (var frame in new[] { host.Host.MachineToPhysical.Slot.Entry >> 12 & 0xff_ffff, host.Host.Allocator.Allocate(new DomainId(Other)) })
        {
            Assert.Equal(TestHost.Fails(Errno.EBUSY), host.Call(HypercallNumber.UpdateVaMapping, MicroGuest.Data + 0x1000, (frame << 12) | 7, 0));
        }
    }

    /// <summary>In the store an ordinary domain cannot make devices, not even for itself, nor speak for domain 0 or others.</summary>
    [Theory]
    [InlineData("/local/domain/0/backend/vbd/1/51728/state")]
    [InlineData("/local/domain/0/backend/vif/1/0/state")]
    [InlineData("/local/domain/0/name")]
    [InlineData("/local/domain/2/data/x")]
    [InlineData("/local/domain/1/device/vbd/51728/state")]
    [InlineData("/local/domain/1/name")]
    [InlineData("/vm/x")]
    [InlineData("/tool/x")]
    public void Store_RefusesWhatIsDomain0s(string path)
    {
        using TestHost host = TestHost.Idle();
        using var devices = new DomainDevices(host.Host, host.Domain, new RunRequest(host.Domain.Image));
        host.Host.Store.MakeFor("/local/domain/2/data", new DomainId(2), StoreTree.Control);
        Assert.Equal(StoreError.EACCES, host.Host.Store.Change(path, tree => tree.Write(host.Domain.Id, path, [1])));
    }

    [Fact]
    public void Devices_ComeAndGo_WhileTheDomainRuns()
    {
        using var host = new ParavirtHost(new HostOptions { MemoryBytes = 64 << 20, Domains = 2 });
        var control = Control(host);
        var guest = control.Create(Request("short"));
        Assert.Throws<ArgumentException>(() => control.Detach(guest, "xvda"));
        Assert.Equal("xvda", control.AttachDisk(guest, new DiskOptions(_path, IsReadOnly: false)));
        Assert.Equal("vif0", control.AttachInterface(guest, VifOptions.Parse("lan")));
        Assert.Throws<DomainBuildException>(() => control.AttachDisk(guest, new DiskOptions(_path + ".none", IsReadOnly: false)));
        Assert.Throws<DomainBuildException>(() => control.AttachInterface(guest, VifOptions.Parse("lan,mac=00:16:3e:00:00:01")));
        control.Detach(guest, "vif0");
        Assert.Equal("vif1", control.AttachInterface(guest, VifOptions.Parse("lan,mac=00:16:3e:00:00:01")));
        Assert.True(host.RunToEnd(CancellationToken.None));
        Assert.Equal("written 6, read 6, the same\n", guest.Result.Console);
        control.Forget(guest);
    }

    [Fact]
    public void Domain_IsPausedTunedAndDestroyed_AndItsMemoryComesBack()
    {
        using var host = new ParavirtHost(new HostOptions { MemoryBytes = 64 << 20, Domains = 2 });
        var control = Control(host);
        var free = host.FreeBytes;
        var guest = control.Create(Request("short") with { Disks = [new DiskOptions(_path, IsReadOnly: false)] });
        host.Run(50_000);
        control.Pause(guest);
        host.Run(1_000_000);
        Assert.Equal(GuestStatus.Paused, guest.Status);
        control.Tune(guest, guest.Scheduling with { Weight = 100 });
        control.Unpause(guest);
        host.Run(200_000);
        control.Destroy(guest);
        Assert.False(guest.IsAlive);
        control.Forget(guest);
        Assert.Equal(free, host.FreeBytes);
        Assert.Throws<ArgumentException>(() => control.Pause(guest));
    }

    /// <summary>By its interface alone.</summary>
    private static IDomainControl Control(IDomainControl control) => control;

    private static RunRequest Request(string commandLine) => new(KernelImage.Load(File.ReadAllBytes(BuildOutput.Image("Disk", "paravirt")), "Disk"))
    {
        CommandLine = commandLine, MemoryBytes = 16 << 20, MaxInstructions = 50_000_000,
    };
}
