using System.Runtime;
using System.Runtime.CompilerServices;
using ParaKit.Abi;

namespace ParaKit.Guest.Xen;

/// <summary>What the kernel shares with Xen: the shared info page and the map from its own frames to machine frames.</summary>
internal static unsafe class Domain
{
    private const ulong OffsetMask = PageTable.PageSize - 1;

    private static ulong* s_physicalToMachine;
    private static ulong s_frameCount;

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_shared_info")]
    private static extern void SharedInfoSymbol();

    /// <summary>The shared info page, mapped over a page of the image at boot.</summary>
    internal static SharedInfo* Shared => (SharedInfo*)(delegate*<void>)&SharedInfoSymbol;

    /// <summary>State of the first virtual processor.</summary>
    internal static VcpuInfo* Vcpu => &Shared->Vcpu0;

    /// <summary>The page shared with XenStore; null before boot.</summary>
    internal static StoreInterface* StorePage { get; private set; }

    /// <summary>The page shared with the console.</summary>
    internal static ConsoleInterface* ConsolePage { get; private set; }

    /// <summary>The event channel to the console.</summary>
    internal static EventChannel ConsoleChannel { get; private set; }

    /// <summary>The event channel to XenStore.</summary>
    internal static EventChannel StoreChannel { get; private set; }

    /// <summary>Number of pseudo-physical frames.</summary>
    internal static ulong FrameCount => s_frameCount;

    /// <summary>Takes over the P2M list and maps the shared info page.</summary>
    internal static void Initialize(StartInfo* start)
    {
        s_physicalToMachine = (ulong*)start->FrameList;
        s_frameCount = start->PageCount;
        MapOver(Shared, Mfn.Containing(start->SharedInfo));
        if ((start->Flags & StartFlags.InitialDomain) == 0)
        {
            InitializeServices(start);
        }
    }

    /// <summary>What domain 0 offers to others; in domain 0 the fields mean other things.</summary>
    private static void InitializeServices(StartInfo* start)
    {
        StorePage = (StoreInterface*)(PageTable.KernelBase + ToPhysical(new Mfn(start->StoreFrame)).Address);
        StoreChannel = new EventChannel(start->StorePort);
        StoreChannel.Mask();
        ConsolePage = (ConsoleInterface*)(PageTable.KernelBase + ToPhysical(new Mfn(start->ConsoleFrame)).Address);
        ConsoleChannel = new EventChannel(start->ConsolePort);
        ConsoleChannel.Mask();
    }

    /// <summary>Maps a frame that Xen shares over a page of the image, which stands for it from now on.</summary>
    internal static void MapOver(void* page, Mfn frame)
    {
        Hypercall.Require(
            Hypercall.UpdateVaMapping((ulong)page, frame.Address | PageTable.Present | PageTable.Writable, UpdateVaMappingFlags.InvalidatePage),
            "mapping of a frame that Xen shares");

        // So every direct map that the kernel builds shows it too.
        s_physicalToMachine[((ulong)page - PageTable.KernelBase) / PageTable.PageSize] = frame.Number;
    }

    /// <summary>Gives the frame behind a page of the direct map back to Xen: nothing is there until <see cref="PutFrame"/>.</summary>
    /// <returns>False if something else uses it: nothing has changed, but that the page is mapped anew.</returns>
    internal static bool TryGiveUpFrame(void* page) => TryExchangeFrame(page, MemoryOperation.DecreaseReservation, PageTable.Writable, out _);

    /// <summary>Takes a frame out of the direct map and has something done with it: nothing is mapped there afterwards.</summary>
    /// <param name="page">Page of the direct map.</param>
    /// <param name="operation">What is done; its list is this frame.</param>
    /// <param name="writable"><see cref="PageTable.Writable"/> if the page was.</param>
    /// <param name="frame">What the hypervisor put into the list.</param>
    /// <returns>False if it was not done: nothing has changed, but that the page is mapped anew.</returns>
    internal static bool TryExchangeFrame(void* page, MemoryOperation operation, ulong writable, out Mfn frame)
    {
        Mfn before = MachineFrameOf(page);
        Hypercall.Require(Hypercall.UpdateVaMapping((ulong)page, 0, UpdateVaMappingFlags.InvalidatePage), "unmapping of a frame");
        ulong number = before.Number;
        MemoryReservation request = new() { Domain = DomainIds.Self, ExtentStart = (ulong)(&number), ExtentCount = 1 };
        bool isDone = Hypercall.MemoryOp(operation, &request) == 1;
        if (!isDone)
        {
            Hypercall.Require(Hypercall.UpdateVaMapping((ulong)page, before.Address | PageTable.Present | writable, UpdateVaMappingFlags.InvalidatePage), "mapping of a frame");
        }

        frame = new Mfn(number);
        return isDone;
    }

    /// <summary>Puts a frame that has become the domain's behind a page of the direct map where there is none.</summary>
    internal static void PutFrame(void* page, Mfn frame)
    {
        Pfn number = Pfn.Containing((ulong)page - PageTable.KernelBase);
        s_physicalToMachine[number.Number] = frame.Number;
        MmuUpdateRequest update = new() { Pointer = frame.Address | (ulong)MmuUpdateCommand.MachinePhysicalUpdate, Value = number.Number };
        using var calls = new Multicall(stackalloc MulticallEntry[2]);
        calls.MmuUpdate(&update, 1, null, DomainIds.Self);
        calls.UpdateVaMapping((ulong)page, frame.Address | PageTable.Present | PageTable.Writable, UpdateVaMappingFlags.None);
    }

    /// <summary>P2M: the machine frame behind a frame of the domain.</summary>
    internal static Mfn ToMachine(Pfn frame)
    {
        if (frame.Number >= s_frameCount)
        {
            Platform.Fail("a physical address is outside the domain's memory");
        }

        return new Mfn(s_physicalToMachine[frame.Number]);
    }

    /// <summary>What the P2M table says of a frame that was given up.</summary>
    internal static Mfn NoFrame => new(ulong.MaxValue);

    /// <summary>Changes the P2M table.</summary>
    internal static void SetMachine(Pfn frame, Mfn machine) => s_physicalToMachine[frame.Number] = machine.Number;

    /// <summary>M2P: the domain's frame that a machine frame is, by the table that Xen shares with all domains.</summary>
    internal static Pfn ToPhysical(Mfn frame) => new(((ulong*)MachineToPhysical.VirtualStart)[frame.Number]);

    /// <summary>Machine frame behind an address of the direct map.</summary>
    internal static Mfn MachineFrameOf(void* address) => ToMachine(Pfn.Containing((ulong)address - PageTable.KernelBase));

    /// <summary>Machine address behind an address of the direct map.</summary>
    internal static ulong MachineAddressOf(void* address) => MachineFrameOf(address).Address | ((ulong)address & OffsetMask);
}
