namespace ParaKit.Rewriter.Translation;

/// <summary>What became of an instruction.</summary>
public enum TranslationKind
{
    /// <summary>The same bytes.</summary>
    Identical,

    /// <summary>The same instruction with an operand that means the same from where the translation is.</summary>
    Retargeted,

    /// <summary>A transfer of control, made to lead to translations.</summary>
    ControlFlow,

    /// <summary>Code that acts on the virtual processor.</summary>
    InCache,

    /// <summary>A call of the monitor.</summary>
    CallOut,
}

/// <summary>A guest instruction of a unit.</summary>
/// <param name="Address">Its address.</param>
/// <param name="Length">Its bytes.</param>
/// <param name="Kind">What became of it.</param>
/// <param name="Offset">Where that starts in the unit.</param>
public readonly record struct TranslatedInstruction(ulong Address, int Length, TranslationKind Kind, int Offset);

/// <summary>A way out of a unit to a known guest address.</summary>
/// <param name="Target">The address.</param>
/// <param name="DisplacementOffset">Offset of the jump's 32-bit displacement: it leads to the call of the monitor until it is made to lead to a unit.</param>
/// <param name="CallOutOffset">Offset of the call of the monitor.</param>
public readonly record struct UnitExit(ulong Target, int DisplacementOffset, int CallOutOffset);

/// <summary>
/// The translation of a basic block, or of its beginning if it is long. Adams and Agesen, "A Comparison of Software and Hardware Techniques
/// for x86 Virtualization" (2006), section 3: a compiled code fragment.
/// </summary>
public sealed record TranslationUnit
{
    /// <summary>Address of the block.</summary>
    public required ulong Address { get; init; }

    /// <summary>The block.</summary>
    public required ReadOnlyMemory<byte> GuestCode { get; init; }

    /// <summary>Bytes of the block.</summary>
    public int GuestBytes => GuestCode.Length;

    /// <summary>Where the code has to be placed.</summary>
    public required ulong CacheAddress { get; init; }

    /// <summary>The code.</summary>
    public required byte[] Code { get; init; }

    /// <summary>The block's instructions.</summary>
    public required IReadOnlyList<TranslatedInstruction> Instructions { get; init; }

    /// <summary>One for each instruction of the code, by offset.</summary>
    public required IReadOnlyList<CacheStep> Steps { get; init; }

    /// <summary>Ways out to known addresses.</summary>
    public required IReadOnlyList<UnitExit> Exits { get; init; }

    /// <summary>Finds the step at a cache address; false between instructions.</summary>
    public bool TryFindStep(ulong cacheAddress, out CacheStep step)
    {
        var (low, high) = (0, Steps.Count - 1);
        var offset = (long)(cacheAddress - CacheAddress);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            step = Steps[middle];
            if (step.Offset == offset)
            {
                return true;
            }

            (low, high) = step.Offset < offset ? (middle + 1, high) : (low, middle - 1);
        }

        step = default;
        return false;
    }

    /// <summary>Finds where the guest can go on in the unit at one of its instructions.</summary>
    public bool TryFindBoundary(ulong guestAddress, out ulong cacheAddress)
    {
        foreach (var instruction in Instructions)
        {
            if (instruction.Address == guestAddress)
            {
                cacheAddress = CacheAddress + (ulong)instruction.Offset;
                return true;
            }
        }

        cacheAddress = 0;
        return false;
    }
}
