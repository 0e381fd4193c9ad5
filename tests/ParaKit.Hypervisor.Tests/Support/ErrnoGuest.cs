using Iced.Intel;
using ParaKit.Abi;
using ParaKit.Hypervisor.Memory;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Support;

/// <summary>
/// A guest that makes wrong hypercalls and prints what they return, one line of hexadecimal digits each: run here and on real Xen,
/// the lines can be compared.
/// </summary>
internal sealed class ErrnoGuest(MicroGuest guest)
{
    private const ulong BadAddress = 0x12_3456_7000;
    private const ulong NotCanonical = 0x8000_0000_0000;
    private const ulong Argument = MicroGuest.Data + 0x400;
    private const ulong Buffer = MicroGuest.Data + 0x700;

    private readonly List<string> _names = [];
    private Label _print;

    /// <summary>Assembles the guest and tells the names of its cases in order.</summary>
    public static byte[] Build(out IReadOnlyList<string> names)
    {
        ErrnoGuest? errno = null;
        var file = MicroGuest.BuildFile(guest =>
        {
            errno = new ErrnoGuest(guest);
            errno.Emit();
        });
        names = errno!._names;
        return file;
    }

    private void Emit()
    {
        _print = guest.CreateLabel();
        EmitPaging();
        EmitEvents();
        EmitProcessor();
        EmitOthers();
        guest.Shutdown();
        EmitPrint();
    }

    private void EmitPaging()
    {
        Mapping("map own L4 writable", MicroGuest.Scratch, guest => LoadTable(), 3);
        Mapping("map own L4 read-only", MicroGuest.Scratch, guest => LoadTable(), 1);
        Mapping("map with PSE", MicroGuest.Scratch, guest => guest.LoadMachineFrame(MicroGuest.Scratch), 0x81);
        Mapping("map with PCD", MicroGuest.Scratch, guest => guest.LoadMachineFrame(MicroGuest.Scratch), 0x11);
        Mapping("map global", MicroGuest.Scratch, guest => guest.LoadMachineFrame(MicroGuest.Scratch), 0x103);
        Mapping("map where no table is", BadAddress, guest => guest.LoadMachineFrame(MicroGuest.Scratch), 3);
        Mapping("map in the hypervisor", MachineToPhysical.VirtualStart, guest => guest.LoadMachineFrame(MicroGuest.Scratch), 1);
        Extended("pin a writable frame", MmuExtendedCommand.PinL1Table, guest => guest.LoadMachineFrame(MicroGuest.Scratch));
        Extended("pin L4 again", MmuExtendedCommand.PinL4Table, guest => LoadTable());
        Extended("pin L4 as L3", MmuExtendedCommand.PinL3Table, guest => LoadTable());
        Extended("unpin what is not pinned", MmuExtendedCommand.UnpinTable, guest => guest.LoadMachineFrame(MicroGuest.Scratch));
        Extended("new base pointer to data", MmuExtendedCommand.NewBasePointer, guest => guest.LoadMachineFrame(MicroGuest.Scratch));
        Extended("new user base pointer to data", MmuExtendedCommand.NewUserBasePointer, guest => guest.LoadMachineFrame(MicroGuest.Scratch));
        Extended("new base pointer to itself", MmuExtendedCommand.NewBasePointer, guest => LoadTable());
        Extended("clear a table", MmuExtendedCommand.ClearPage, guest => LoadTable());
        Extended("unknown extended command", (MmuExtendedCommand)99, guest => guest.xor(eax, eax));
        Extended("mark super", MmuExtendedCommand.MarkSuper, guest => guest.LoadMachineFrame(MicroGuest.Scratch));
        Update("update slot 256", guest => LoadTable(), 256 * 8);
        Update("update slot 0 to nothing", guest => LoadTable(), 0);
        Update("update at an odd address", guest => LoadTable(), 4);
        Update("update a frame that is not there", guest => guest.mov(rax, 0xff_ffff_fful), 0);
        Call("update for an unknown domain", HypercallNumber.MmuUpdate, Argument, 1, 0, 77);
        Call("update with unreadable requests", HypercallNumber.MmuUpdate, BadAddress, 1, 0, DomainIds.Self);
        Call("extended with unreadable requests", HypercallNumber.MmuextOp, BadAddress, 1, 0, DomainIds.Self);
        Call("gdt with too many entries", HypercallNumber.SetGdt, Argument, 7169);
        Call("gdt with unreadable frames", HypercallNumber.SetGdt, BadAddress, 1);
    }

    private void EmitEvents()
    {
        Event("send to a closed port", EventChannelOperation.Send, 3000);
        Event("close port 0", EventChannelOperation.Close, 0);
        Event("close a closed port", EventChannelOperation.Close, 3000);
        Event("bind virq 24", EventChannelOperation.BindVirq, 24);
        Event("bind virq 0 on processor 1", EventChannelOperation.BindVirq, 1ul << 32);
        Event("bind virq 0", EventChannelOperation.BindVirq, 0);
        Event("bind virq 0 again", EventChannelOperation.BindVirq, 0);
        Event("bind ipi on processor 9", EventChannelOperation.BindIpi, 9);
        Event("allocate for an unknown domain", EventChannelOperation.AllocUnbound, 77);
        Event("unmask beyond the end", EventChannelOperation.Unmask, 0xffff_ffff);
        Event("status beyond the end", EventChannelOperation.Status, 0xffff_ffff_0000_7ff0);
        Call("events with unreadable argument", HypercallNumber.EventChannelOp, (ulong)EventChannelOperation.Send, BadAddress);
        Call("unknown event command", HypercallNumber.EventChannelOp, 99, Argument);
    }

    private void EmitProcessor()
    {
        Call("is processor 0 up", HypercallNumber.VcpuOp, (ulong)VcpuOperation.IsUp, 0, 0);
        Call("is processor 99 up", HypercallNumber.VcpuOp, (ulong)VcpuOperation.IsUp, 99, 0);
        With("period too short", 999_999, HypercallNumber.VcpuOp, (ulong)VcpuOperation.SetPeriodicTimer, 0, Argument);
        Call("unknown processor command", HypercallNumber.VcpuOp, 99, 0, 0);
        Call("trap table unreadable", HypercallNumber.SetTrapTable, BadAddress);
        guest.Store(Argument + 8, NotCanonical);
        With("trap handler not canonical", 14, HypercallNumber.SetTrapTable, Argument);
        With("callback type 99", 99, HypercallNumber.CallbackOp, 0, Argument);
        With("unregister the event callback", 0, HypercallNumber.CallbackOp, 1, Argument);
        Call("unknown callback command", HypercallNumber.CallbackOp, 7, Argument);
        Call("unknown segment base", HypercallNumber.SetSegmentBase, 4, 0);
        Call("segment base not canonical", HypercallNumber.SetSegmentBase, 0, NotCanonical);
        Call("debug register 8", HypercallNumber.SetDebugreg, 8, 0);
        Call("debug register in the hypervisor", HypercallNumber.SetDebugreg, 1, MachineToPhysical.VirtualStart);
        Call("read debug register 8", HypercallNumber.GetDebugreg, 8);
        With("iopl 4", 4, HypercallNumber.PhysdevOp, (ulong)PhysicalDeviceOperation.SetIopl, Argument);
    }

    private void EmitOthers()
    {
        Call("unused number 11", (HypercallNumber)11);
        Call("unused number 55", (HypercallNumber)55);
        Call("unknown version command", HypercallNumber.XenVersion, 99, 0);
        Call("page size with an argument", HypercallNumber.XenVersion, 7, 1);
        With("features of submap 1", 1, HypercallNumber.XenVersion, 6, Argument);
        Call("version to nowhere", HypercallNumber.XenVersion, 1, BadAddress);
        Call("unknown scheduler command", HypercallNumber.SchedOp, 99, 0);
        Call("shutdown without argument", HypercallNumber.SchedOp, 2, BadAddress);
        guest.Store(Argument + 8, 129);
        With("poll 129 ports", Argument, HypercallNumber.SchedOp, 3, Argument);
        guest.Store(Argument + 8, 1);
        With("poll an unreadable port", BadAddress, HypercallNumber.SchedOp, 3, Argument);
        Call("assist 1000", HypercallNumber.VmAssist, 0, 1000);
        Call("unknown assist command", HypercallNumber.VmAssist, 9, 4);
        Call("unknown console command", HypercallNumber.ConsoleIo, 5, 0, 0);
        Call("console from the hypervisor", HypercallNumber.ConsoleIo, 0, 8, MachineToPhysical.VirtualStart);
        Call("unknown nmi command", HypercallNumber.NmiOp, 9, 0);
        With("reservation of domain 77", 77, HypercallNumber.MemoryOp, (ulong)MemoryOperation.CurrentReservation, Argument);
        Call("reservation unreadable", HypercallNumber.MemoryOp, (ulong)MemoryOperation.CurrentReservation, BadAddress);
        Reservation("give up a frame that is not there", MemoryOperation.DecreaseReservation, Buffer, 1, DomainIds.Self);
        Reservation("give up no frame", MemoryOperation.DecreaseReservation, Buffer, 0, DomainIds.Self);
        Reservation("give up a frame of domain 77", MemoryOperation.DecreaseReservation, Buffer, 1, 77);
        Reservation("give up frames of an unreadable list", MemoryOperation.DecreaseReservation, BadAddress, 1, DomainIds.Self);
        Reservation("populate from an unreadable list", MemoryOperation.PopulatePhysmap, BadAddress, 1, DomainIds.Self);
        Reservation("populate domain 77", MemoryOperation.PopulatePhysmap, Buffer, 1, 77);
        Reservation("far too many frames", MemoryOperation.DecreaseReservation, Buffer, ulong.MaxValue, DomainIds.Self);
        Call("give up frames, unreadable", HypercallNumber.MemoryOp, (ulong)MemoryOperation.DecreaseReservation, BadAddress);
        Call("multicall unreadable", HypercallNumber.Multicall, BadAddress, 1);
        With("multicall of an unknown call", 11, HypercallNumber.Multicall, Argument, 1);
    }

    private void Call(string name, HypercallNumber number, params ReadOnlySpan<ulong> arguments)
    {
        _names.Add(name);
        guest.Hypercall(number, arguments);
        guest.call(_print);
    }

    private void With(string name, ulong argument, HypercallNumber number, params ReadOnlySpan<ulong> arguments)
    {
        guest.Store(Argument, argument);
        Call(name, number, arguments);
    }

    private void Reservation(string name, MemoryOperation operation, ulong list, ulong count, ushort domain)
    {
        guest.Store(Buffer, 0xff_ffff_ffff);
        guest.Store(Argument + 8, count);
        guest.Store(Argument + 16, 0);
        guest.Store(Argument + 24, domain);
        With(name, list, HypercallNumber.MemoryOp, (ulong)operation, Argument);
    }

    private void Event(string name, EventChannelOperation operation, ulong argument)
    {
        guest.Store(Argument + 8, 0);
        With(name, argument, HypercallNumber.EventChannelOp, (ulong)operation, Argument);
    }

    private void Mapping(string name, ulong address, Action<MicroGuest> loadFrame, ulong flags)
    {
        _names.Add(name);
        loadFrame(guest);
        guest.shl(rax, 12);
        guest.or(rax, (int)flags);
        guest.mov(rsi, rax);
        guest.mov(rdi, address);
        guest.mov(edx, (int)UpdateVaMappingFlags.InvalidatePage);
        guest.Hypercall(HypercallNumber.UpdateVaMapping);
        guest.call(_print);
        guest.ChangeMapping(MicroGuest.Scratch, PageTableEntries.Present | PageTableEntries.Writable);
    }

    private void Extended(string name, MmuExtendedCommand command, Action<MicroGuest> loadFrame)
    {
        guest.Store(Argument, (ulong)command);
        loadFrame(guest);
        guest.mov(r11, Argument + 8);
        guest.mov(__qword_ptr[r11], rax);
        Call(name, HypercallNumber.MmuextOp, Argument, 1, 0, DomainIds.Self);
    }

    private void Update(string name, Action<MicroGuest> loadFrame, int offset)
    {
        guest.Store(Argument + 8, 0);
        loadFrame(guest);
        guest.shl(rax, 12);
        guest.add(rax, offset);
        guest.mov(r11, Argument);
        guest.mov(__qword_ptr[r11], rax);
        Call(name, HypercallNumber.MmuUpdate, Argument, 1, 0, DomainIds.Self);
    }

    /// <summary>RAX = machine frame of the bootstrap level-4 table.</summary>
    private void LoadTable()
    {
        guest.mov(rax, __qword_ptr[rbp + 88]);
        guest.mov(rcx, MicroGuest.VirtualBase);
        guest.sub(rax, rcx);
        guest.shr(rax, 12);
        guest.mov(rcx, __qword_ptr[rbp + 104]);
        guest.mov(rax, __qword_ptr[rcx + (rax * 8)]);
    }

    /// <summary>Prints RAX as 16 hexadecimal digits in brackets.</summary>
    private void EmitPrint()
    {
        var digit = guest.CreateLabel();
        var isDecimal = guest.CreateLabel();
        guest.Label(ref _print);
        guest.mov(r9, rax);
        guest.mov(rdx, Buffer);
        guest.mov(__byte_ptr[rdx], (byte)'[');
        guest.mov(ecx, 16);
        guest.Label(ref digit);
        guest.inc(rdx);
        guest.rol(r9, 4);
        guest.mov(rax, r9);
        guest.and(eax, 15);
        guest.add(al, (sbyte)'0');
        guest.cmp(al, (sbyte)'9');
        guest.jbe(isDecimal);
        guest.add(al, 39);
        guest.Label(ref isDecimal);
        guest.mov(__byte_ptr[rdx], al);
        guest.dec(ecx);
        guest.jnz(digit);
        guest.mov(__word_ptr[rdx + 1], 0x0a5d);
        guest.Hypercall(HypercallNumber.ConsoleIo, 0, 19, Buffer);
        guest.ret();
    }
}
