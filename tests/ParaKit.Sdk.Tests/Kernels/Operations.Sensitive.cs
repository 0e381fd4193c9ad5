using System.Runtime;
using ParaKit.Guest;

/// <content>The sensitive instructions of Robin and Irvine: the kernel gets the answers that its own loads entitle it to, wherever it runs.</content>
#pragma warning disable PK0002, PK0007 // The operations are the subject.
internal static unsafe partial class Operations
{
    private const byte Vector = 0x90;
    private const uint RightsWithoutAccessed = 0x00f0fe00;

    private static int s_farCalls;
    private static ulong s_vector;

    [RuntimeExport("kernel_trap")]
    private static TrapFrame* Trap(TrapFrame* frame)
    {
        s_vector = frame->Vector;
        return frame;
    }

    private static void SensitiveInstructions(ulong* gdt, GateDescriptor* gates)
    {
        TableRegisters(gdt, gates);
        Questions();
        Segments();
        FarTransfers();
        X86.Int(Vector);
        Console.Write("int n enters ");
        Console.WriteHex(s_vector, 2);
        Console.WriteLine("");
    }

    private static void LoadTables(ulong* gdt, GateDescriptor* gates, TaskStateSegment* task)
    {
        for (int i = 0; i < Gdt.EntryCount; i++)
        {
            gdt[i] = 0;
        }

        gdt[Gdt.KernelCode / 8] = Gdt.KernelCodeDescriptor;
        gdt[Gdt.KernelData / 8] = Gdt.KernelDataDescriptor;
        gdt[Gdt.UserData / 8] = Gdt.UserDataDescriptor;
        gdt[Gdt.UserCode / 8] = Gdt.UserCodeDescriptor;
        gdt[Gdt.TaskState / 8] = Gdt.TaskStateDescriptorLow((ulong)task, (ushort)(sizeof(TaskStateSegment) - 1));
        gdt[(Gdt.TaskState / 8) + 1] = Gdt.TaskStateDescriptorHigh((ulong)task);
        var table = new DescriptorTablePointer { Limit = (Gdt.EntryCount * 8) - 1, Base = gdt };
        X86.Lgdt(&table);
        X86.LoadSegments(Gdt.KernelCode, Gdt.KernelData);
        X86.Ltr(Gdt.TaskState);
        for (int vector = 0; vector < TrapEntries.Count; vector++)
        {
            gates[vector] = GateDescriptor.Interrupt(TrapEntries.Vector(vector));
        }

        table = new DescriptorTablePointer { Limit = (ushort)((TrapEntries.Count * sizeof(GateDescriptor)) - 1), Base = gates };
        X86.Lidt(&table);
    }

    private static void TableRegisters(ulong* gdt, GateDescriptor* gates)
    {
        DescriptorTablePointer table;
        X86.Sgdt(&table);
        Check("sgdt", table.Base == gdt && table.Limit == (Gdt.EntryCount * 8) - 1);
        X86.Sidt(&table);
        Check("sidt", table.Base == gates && table.Limit == (TrapEntries.Count * sizeof(GateDescriptor)) - 1);
        Check("sldt", X86.Sldt() == 0);
        Check("str", X86.Str() == Gdt.TaskState);
        Check("smsw", X86.Smsw() == (ushort)X86.ReadCr0() && (X86.Smsw() & 1) != 0);
    }

    private static void Questions()
    {
        Check("lar code", (X86.Lar(Gdt.KernelCode) & RightsWithoutAccessed) == 0x00a09a00);
        Check("lar user", (X86.Lar(Gdt.UserData) & RightsWithoutAccessed) == 0x00c0f200);
        Check("lar none", X86.Lar(0) == 0 && X86.Lar(Gdt.EntryCount * 8) == 0 && X86.Lar(Gdt.KernelData | 3) == 0);
        Check("lsl", X86.Lsl(Gdt.KernelData) == uint.MaxValue && X86.Lsl(Gdt.TaskState) == sizeof(TaskStateSegment) - 1);
        Check("lsl none", X86.Lsl(0) == -1 && X86.Lsl(Gdt.KernelCode | 3) == -1);
        Check("verr", X86.Verr(Gdt.KernelCode) && X86.Verr(Gdt.UserData) && !X86.Verr(Gdt.TaskState) && !X86.Verr(0));
        Check("verw", X86.Verw(Gdt.KernelData) && !X86.Verw(Gdt.KernelCode) && !X86.Verw(Gdt.KernelData | 3));
    }

    private static void Segments()
    {
        Check("mov from cs", X86.ReadCs() == Gdt.KernelCode && (X86.ReadCs() & 3) == 0);
        Check("mov from ss, ds, es", X86.ReadSs() == Gdt.KernelData && X86.ReadDs() == Gdt.KernelData && X86.ReadEs() == Gdt.KernelData);
        X86.WriteDs(Gdt.UserData);
        X86.WriteEs(0);
        Check("mov to ds, es", X86.ReadDs() == Gdt.UserData && X86.ReadEs() == 0);
        X86.WriteDs(Gdt.KernelData);
        X86.WriteEs(Gdt.KernelData);
        X86.WriteSs(Gdt.KernelData);
        Check("mov to ss", X86.ReadSs() == Gdt.KernelData);
        X86.Wrmsr(Msr.FsBase, SomeBase);
        X86.WriteFs(Gdt.UserData);
        Check("mov to fs", X86.ReadFs() == Gdt.UserData && X86.PushFs() == Gdt.UserData && X86.Rdmsr(Msr.FsBase) == 0);
        X86.PopFs(Gdt.KernelData);
        Check("pop fs", X86.ReadFs() == Gdt.KernelData);
        X86.WriteGs(Gdt.UserData);
        Check("mov to gs", X86.ReadGs() == Gdt.UserData && X86.PushGs() == Gdt.UserData);
        X86.PopGs(Gdt.KernelData);
        Check("pop gs", X86.ReadGs() == Gdt.KernelData);
    }

    private static void FarTransfers()
    {
        X86.FarReturn(Gdt.KernelCode);
        Check("ret far", X86.ReadCs() == Gdt.KernelCode);
        X86.FarJump(Gdt.KernelCode);
        Check("jmp far", X86.ReadCs() == Gdt.KernelCode);
        X86.FarCall(Gdt.KernelCode, &Called);
        Check("call far", s_farCalls == 1 && X86.ReadCs() == Gdt.KernelCode);
    }

    private static void Called() => s_farCalls++;
}
