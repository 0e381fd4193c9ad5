using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using ParaKit.Abi;
using ParaKit.Hardware.Cpu;
using ParaKit.Hypervisor.Domains;

namespace ParaKit.Hypervisor.Hypercalls;

/// <summary>Finds and calls the method of a hypercall. The table itself is generated from <see cref="HypercallAttribute"/>.</summary>
internal static unsafe partial class HypercallTable
{
    private const int SyscallLength = 2;

    // Safety: the pointers are those of static methods of this assembly, written by the generator.
    private static readonly delegate*<ref HypercallContext, long>[] Entries = Build();
    private static readonly string?[] Names = BuildNames();

    /// <summary>Serves the hypercall that the domain's processor has just made; RIP is after the instruction.</summary>
    public static void Dispatch(Domain domain)
    {
        ref var state = ref domain.Vcpu.State;
        ref var registers = ref state.Registers;
        var context = new HypercallContext
        {
            Domain = domain,
            Number = registers[GeneralRegister.Rax],
            Argument1 = registers[GeneralRegister.Rdi],
            Argument2 = registers[GeneralRegister.Rsi],
            Argument3 = registers[GeneralRegister.Rdx],
            Argument4 = registers[GeneralRegister.R10],
            Argument5 = registers[GeneralRegister.R8],
        };

        // What the instruction itself does to the registers.
        registers[GeneralRegister.Rcx] = state.Rip;
        registers[GeneralRegister.R11] = state.Rflags;
        var result = Invoke(ref context);
        if (context.WantsContinuation)
        {
            Rewind(ref state, in context);
        }
        else if (domain.IsAlive)
        {
            registers[GeneralRegister.Rax] = (ulong)result;
        }
    }

    /// <summary>Calls the method of a hypercall; unknown numbers return -ENOSYS.</summary>
    public static long Invoke(ref HypercallContext context)
    {
        var name = NameOf(context.Number);
        context.Domain.HypercallCounts.Count(name);
        context.Domain.Exits.Observer?.OnHypercall(name, context.Domain.Vcpu.Processor.Clock.Cycles);
        return Find(context.Number) is var method && method != null ? method(ref context)
            : TryFindExtension(in context, out var handler) ? Extend(in context, handler)
            : HypercallContext.Result(Errno.ENOSYS);
    }

    /// <summary>Xen's name of a hypercall, or its number if it has none.</summary>
    public static string NameOf(ulong number) =>
        number < (ulong)Names.Length && Names[number] is { } name ? name
        : string.Create(CultureInfo.InvariantCulture, $"unknown_{Math.Min(number, 64)}");

    private static delegate*<ref HypercallContext, long> Find(ulong number) =>
        number < (ulong)Entries.Length ? Entries[number] : null;

    private static bool TryFindExtension(in HypercallContext context, [NotNullWhen(true)] out GuestHypercallHandler? handler)
    {
        handler = null;
        return context.Number <= GuestHypercall.LastNumber && context.Domain.Extensions.TryGetValue((int)context.Number, out handler);
    }

    private static long Extend(in HypercallContext context, GuestHypercallHandler handler) => handler(new GuestHypercall(
        context.Domain.Memory,
        (int)context.Number,
        [context.Argument1, context.Argument2, context.Argument3, context.Argument4, context.Argument5]));

    private static void Rewind(ref CpuState state, in HypercallContext context)
    {
        state.Rip -= SyscallLength;
        state.Registers[GeneralRegister.Rdi] = context.Argument1;
        state.Registers[GeneralRegister.Rsi] = context.Argument2;
        state.Registers[GeneralRegister.Rdx] = context.Argument3;
        state.Registers[GeneralRegister.R10] = context.Argument4;
        state.Registers[GeneralRegister.R8] = context.Argument5;
    }

    private static partial delegate*<ref HypercallContext, long>[] Build();

    private static partial string?[] BuildNames();
}
