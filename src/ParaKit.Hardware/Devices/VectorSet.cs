using System.Numerics;
using System.Runtime.CompilerServices;

namespace ParaKit.Hardware.Devices;

/// <summary>256 bits, one for each interrupt vector.</summary>
[InlineArray(Words)]
internal struct VectorSet
{
    private const int Words = 8;
    private const int BitsPerWord = 32;

    private uint _word;

    /// <summary>The highest vector in it; less than 0 if there is none.</summary>
    public readonly int Highest
    {
        get
        {
            for (int i = Words - 1; i >= 0; i--)
            {
                if (this[i] != 0)
                {
                    return (i * BitsPerWord) + BitOperations.Log2(this[i]);
                }
            }

            return -1;
        }
    }

    /// <summary>Puts a vector in.</summary>
    public void Add(int vector) => this[vector / BitsPerWord] |= 1u << (vector % BitsPerWord);

    /// <summary>Takes a vector out.</summary>
    public void Remove(int vector) => this[vector / BitsPerWord] &= ~(1u << (vector % BitsPerWord));
}
