using System.Runtime.InteropServices;
using ParaKit.Abi;
using ParaKit.Hardware;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Memory;
using ParaKit.Hypervisor.Diagnostics;
using ParaKit.Hypervisor.Events;
using ParaKit.Hypervisor.Grants;
using ParaKit.Hypervisor.Memory;
using ParaKit.Image;

namespace ParaKit.Hypervisor.Domains;

/// <summary>
/// Makes a domain from an image: Xen's start-of-day state. Xen public/xen.h, "Start-of-day memory layout";
/// public/elfnote.h.
/// </summary>
internal sealed class DomainBuilder(Machine machine, FrameAllocator allocator, FrameTable frameTable, MachineToPhysicalMap machineToPhysical, CooperativeSharing sharing)
{
    private const int VcpuInfoSlots = SharedInfo.LegacyMaximumVcpus;
    private const uint BackendStorePort = 1;
    private const uint BackendConsolePort = 2;

    private static readonly DomainId BackendDomain = new(0);

    private PhysicalMemory Memory => machine.Memory;

    /// <summary>Builds a domain whose virtual processor is about to execute the image's entry point.</summary>
    /// <exception cref="DomainBuildException">The image cannot become a paravirtual domain of this size.</exception>
    /// <param name="id">Its identifier.</param>
    /// <param name="processors">What holds the registers of its virtual processors.</param>
    /// <param name="image">The kernel.</param>
    /// <param name="memoryBytes">Its memory.</param>
    /// <param name="commandLine">The kernel's command line.</param>
    /// <param name="console">Takes what it prints.</param>
    /// <param name="tscMode">What its RDTSC shows.</param>
    public Domain Build(DomainId id, IReadOnlyList<Processor> processors, KernelImage image, ulong memoryBytes, string commandLine, Action<ReadOnlySpan<byte>> console, TscMode tscMode = TscMode.Native)
    {
        if (!XenNotes.TryParse(image, out var notes))
        {
            throw new DomainBuildException($"'{image.Name}' has no Xen entry note: it is not a paravirtual kernel.");
        }

        var layout = DomainLayout.Plan(image, notes, memoryBytes / PageTableEntries.FrameBytes);
        var frames = AllocateFrames(id, layout);
        LoadImage(image, notes, layout, frames);

        var domain = Assemble(id, processors, image, frames, console, tscMode);
        WriteSharedInfo(domain);
        WriteP2M(layout, frames);
        WriteStartInfo(domain, layout, commandLine);
        InstallTables(domain, layout);
        SetEntryState(domain.Vcpu, notes, layout);
        return domain;
    }

    private ulong[] AllocateFrames(DomainId id, DomainLayout layout)
    {
        var frames = new ulong[layout.FrameCount];
        for (var i = 0; i < frames.Length; i++)
        {
            frames[i] = allocator.Allocate(id);
            machineToPhysical[frames[i]] = (ulong)i;
        }

        return frames;
    }

    private void LoadImage(KernelImage image, XenNotes notes, DomainLayout layout, ulong[] frames)
    {
        foreach (var segment in image.Segments)
        {
            Copy(frames, segment.PhysicalAddress - notes.PaddrOffset, segment.Data.Span);
        }

        if (notes.HypercallPage is not { } address)
        {
            return;
        }

        var frame = (address - layout.Base) / PageTableEntries.FrameBytes;
        if (address % PageTableEntries.FrameBytes != 0 || address < layout.Base || frame >= layout.StartInfoFrame)
        {
            throw new DomainBuildException($"'{image.Name}': the hypercall page 0x{address:x} is not a page of the image.");
        }

        HypercallPage.Fill(Page(frames[frame]));
    }

    private Domain Assemble(DomainId id, IReadOnlyList<Processor> processors, KernelImage image, ulong[] frames, Action<ReadOnlySpan<byte>> console, TscMode tscMode)
    {
        var mapping = new HypervisorMapping(Memory, allocator);
        var counts = new Counters();
        DescriptorTableArea[] descriptors = [.. processors.Select((_, number) => new DescriptorTableArea(Memory, allocator, mapping, number))];
        var shared = new SharedInfoPage(Memory, allocator.AllocateShared(id));
        VirtualCpu[] vcpus = [.. processors.Select((processor, number) => new VirtualCpu
        {
            Number = number,
            Processor = processor,
            Descriptors = descriptors[number],
            Memory = new GuestMemory(processor, Memory),
            Info = shared.VcpuInfo(number),
            Clock = new GuestClock(processor.Clock, tscMode),
            Exits = new ExitLog(processor.Clock, counts),
        })];
        var paging = new DirectPaging(frameTable, Memory, machineToPhysical.Slot, descriptors[0].Slot) { MayRead = sharing.MayRead };
        var quota = new FrameQuota(allocator, (ulong)frames.Length);
        return new Domain
        {
            Id = id,
            Image = image,
            Frames = frames,
            Vcpus = vcpus,
            Paging = paging,
            Sharing = sharing,
            Grants = new GrantTable(id, Memory, allocator, paging, quota),
            Mappings = new GrantMappings(id, paging),
            Quota = quota,
            MachineToPhysical = machineToPhysical,
            Shared = shared,
            Events = new EventChannelTable(id, new TwoLevelDelivery(shared, [.. vcpus.Select(vcpu => vcpu.Info)]), shared),
            ExitCounts = counts,
            Console = console,
        };
    }

    private void WriteSharedInfo(Domain domain)
    {
        const ulong MaskOffset = 1;
        for (ulong vcpu = 0; vcpu < VcpuInfoSlots; vcpu++)
        {
            Memory.Write(domain.Shared.Address + (vcpu * VcpuInfo.Size) + MaskOffset, (byte)1);
        }

        domain.Vcpu.Info.WriteTime(domain.Clock.Capture());
    }

    private void WriteP2M(DomainLayout layout, ulong[] frames) =>
        Copy(frames, layout.P2MFrame * PageTableEntries.FrameBytes, MemoryMarshal.AsBytes(frames.AsSpan()));

    private void WriteStartInfo(Domain domain, DomainLayout layout, string commandLine)
    {
        domain.Events.AllocateForBackend(BackendDomain, BackendStorePort, out var storePort);
        domain.Events.AllocateForBackend(BackendDomain, BackendConsolePort, out var consolePort);
        (domain.StoreFrame, domain.StorePort) = (domain.Frames[layout.StoreFrame], storePort);
        (domain.ConsoleFrame, domain.ConsolePort) = (domain.Frames[layout.ConsoleFrame], consolePort);
        KeepForBackends(domain, domain.StoreFrame);
        KeepForBackends(domain, domain.ConsoleFrame);
        var info = StartInfoWriter.Make(layout, domain.Frames, domain.Shared.Address, storePort, consolePort, commandLine);
        Memory.Write(domain.Frames[layout.StartInfoFrame] << PageTableEntries.FrameShift, info);
    }

    /// <summary>The host writes to a page as long as the domain lives: it must stay the domain's, and must not become a table.</summary>
    private static void KeepForBackends(Domain domain, ulong frame)
    {
        if (domain.Paging.Acquire(frame, domain.Id, PageType.Writable) is var refused && refused != Errno.None)
        {
            throw new InvalidOperationException($"A page of the domain cannot be kept for its back ends: {refused}.");
        }
    }

    private void InstallTables(Domain domain, DomainLayout layout)
    {
        var tables = new BootstrapTables(Memory, domain.Frames, layout);
        tables.MapAll();
        var pinned = domain.Paging.Pin(tables.Root, domain.Id, PageType.L4Table);
        var acquired = domain.Paging.Acquire(tables.Root, domain.Id, PageType.L4Table);
        if (pinned != Errno.None || acquired != Errno.None)
        {
            throw new InvalidOperationException($"The bootstrap page tables are refused: {pinned}, {acquired}.");
        }

        domain.Vcpu.KernelTable = tables.Root;
    }

    private static void SetEntryState(VirtualCpu vcpu, XenNotes notes, DomainLayout layout)
    {
        vcpu.Reset();
        vcpu.IsInitialised = true;
        vcpu.Activity = VcpuActivity.Runnable;
        vcpu.Runstates.Enter(Runstate.Runnable, vcpu.Clock.Now);
        ref var state = ref vcpu.State;
        state.Rip = notes.Entry;
        state.Registers[GeneralRegister.Rsi] = layout.Address(layout.StartInfoFrame);
        state.Registers[GeneralRegister.Rsp] = layout.Address(layout.StackFrame + 1);
        vcpu.LoadTables();
    }

    private void Copy(ulong[] frames, ulong pseudoPhysical, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var offset = (int)(pseudoPhysical % PageTableEntries.FrameBytes);
            var length = Math.Min(data.Length, PageTableEntries.FrameBytes - offset);
            data[..length].CopyTo(Page(frames[pseudoPhysical / PageTableEntries.FrameBytes])[offset..]);
            data = data[length..];
            pseudoPhysical += (ulong)length;
        }
    }

    private Span<byte> Page(ulong frame) => Memory.Span(frame << PageTableEntries.FrameShift, PageTableEntries.FrameBytes);
}
