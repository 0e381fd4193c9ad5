using System.Diagnostics.CodeAnalysis;

namespace ParaKit.Hardware.Cpu;

/// <summary>RAX to R15.</summary>
public unsafe struct GeneralRegisters
{
    /// <summary>How many there are.</summary>
    public const int Count = 16;

    private fixed ulong _values[Count];

    /// <summary>One register by name.</summary>
    [UnscopedRef]
    public ref ulong this[GeneralRegister register] => ref _values[(int)register & (Count - 1)];

    /// <summary>One register by its number in encodings.</summary>
    [UnscopedRef]
    public ref ulong this[int number] => ref _values[number & (Count - 1)];

    /// <summary>Value of a register by its number in encodings.</summary>
    public readonly ulong ValueOf(int number) => _values[number & (Count - 1)];
}

/// <summary>XMM0 to XMM15.</summary>
public unsafe struct XmmRegisters
{
    /// <summary>How many there are.</summary>
    public const int Count = 16;

    private fixed ulong _values[Count * 2];

    /// <summary>One register; bits 0-63 are <see cref="UInt128"/>'s low half.</summary>
    public UInt128 this[int number]
    {
        readonly get => new(_values[((number & (Count - 1)) * 2) + 1], _values[(number & (Count - 1)) * 2]);
        set
        {
            _values[(number & (Count - 1)) * 2] = (ulong)value;
            _values[((number & (Count - 1)) * 2) + 1] = (ulong)(value >> 64);
        }
    }
}

/// <summary>DR0 to DR7.</summary>
public unsafe struct DebugRegisters
{
    /// <summary>How many there are.</summary>
    public const int Count = 8;

    private fixed ulong _values[Count];

    /// <summary>One register by number; values are kept, breakpoints do not fire.</summary>
    [UnscopedRef]
    public ref ulong this[int number] => ref _values[number & (Count - 1)];
}
