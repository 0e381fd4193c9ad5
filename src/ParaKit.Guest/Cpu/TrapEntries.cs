using System.Runtime;
using System.Runtime.CompilerServices;
using ParaKit.Abi;

namespace ParaKit.Guest;

/// <summary>
/// Entry code that the linker provides, in the form that the image's mode needs: it builds a <see cref="TrapFrame"/>, calls the kernel's
/// <c>kernel_trap</c> and resumes the frame which that returns.
/// </summary>
public static unsafe class TrapEntries
{
    /// <summary>Number of vectors.</summary>
    public const int Count = 256;

    private const int UserPrivilege = 3;
    private const ulong FlagsClearedBySyscall = 0x700; // TF, IF, DF

    private static readonly GateDescriptor[] s_gates = new GateDescriptor[Count];

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_trap_entries")]
    private static extern void Table();

    [MethodImpl(MethodImplOptions.InternalCall)]
    [RuntimeImport("*", "pk_syscall_entry")]
    private static extern void SystemCallEntry();

    /// <summary>Linear address of the entry of <paramref name="vector"/>.</summary>
    public static ulong Vector(int vector) => ((ulong*)(delegate*<void>)&Table)[vector];

    /// <summary>Linear address of the entry for SYSCALL.</summary>
    public static ulong SystemCall => (ulong)(delegate*<void>)&SystemCallEntry;

    /// <summary>Lets user mode enter at <paramref name="vector"/> by INT n; takes effect with <see cref="Load"/>.</summary>
    public static void OpenToUser(int vector) => s_gates[vector] = GateDescriptor.Interrupt(Vector(vector), UserPrivilege);

    /// <summary>Makes every vector enter here: an interrupt descriptor table natively, a trap table on Xen.</summary>
    public static void Load()
    {
        for (int vector = 0; vector < Count; vector++)
        {
            if (!s_gates[vector].IsPresent)
            {
                s_gates[vector] = GateDescriptor.Interrupt(Vector(vector));
            }
        }

        LoadTable();
    }

    /// <summary>A gate of the library's own, which <see cref="Load"/> leaves alone.</summary>
    internal static void SetGate(int vector, ulong handler) => s_gates[vector] = GateDescriptor.Interrupt(handler);

    /// <summary>Loads the table as it is: every processor has to.</summary>
    internal static void LoadTable()
    {
        fixed (GateDescriptor* table = s_gates)
        {
            var pointer = new DescriptorTablePointer { Limit = (ushort)((Count * sizeof(GateDescriptor)) - 1), Base = table };
            X86.Lidt(&pointer);
        }
    }

    /// <summary>Makes SYSCALL enter here (Intel SDM vol. 3A, "SYSCALL and SYSRET in 64-Bit Mode").</summary>
    /// <param name="task">The loaded task state segment, in which the entry finds the kernel's stack.</param>
    public static void EnableSystemCalls(TaskStateSegment* task)
    {
        X86.Wrmsr(Msr.Star, ((ulong)Gdt.UserBase << 48) | ((ulong)Gdt.KernelCode << 32));
        X86.Wrmsr(Msr.FMask, FlagsClearedBySyscall);
        X86.Wrmsr(Msr.KernelGsBase, (ulong)task);
        X86.Wrmsr(Msr.Lstar, SystemCall);
    }

    /// <summary><see cref="Interrupts.Open"/> for generated code, whose calls are not rewritten.</summary>
    public static void OpenInterrupt(int line, Virq virq) => Interrupts.Open(line, virq);

    /// <summary><see cref="Interrupts.TryTake"/> for generated code, whose calls are not rewritten.</summary>
    public static bool TryTakeInterrupt(TrapFrame* frame, out int line) => Interrupts.TryTake(frame, out line);
}
