using ParaKit.Guest;

/// <summary>
/// A program that a seed stands for: it computes, touches, maps and unmaps its heap, multiplies, uses pipes and files, asks for what it must not have,
/// and sometimes does what ends it.
/// </summary>
internal static unsafe class RandomProgram
{
    private const int Steps = 24;
    private const ulong HeapPages = 32;
    private const ulong MaximumMapped = 8;
    private const int BufferBytes = 64;
    private const int Generations = 2;
    private const ulong Rarely = 400;

    public static ulong Run(ulong seed)
    {
        var random = new Randomness(seed);
        ulong result = seed;
        for (int i = 0; i < Steps; i++)
        {
            result = Step(ref random, result, Generations);
        }

        return result;
    }

    private static ulong Step(ref Randomness random, ulong result, int generations)
    {
        if (random.Below(Rarely) == 0)
        {
            return Attacks.WriteToKernel();
        }

        switch (random.Below(10))
        {
            case 0:
            case 1:
                *Place(ref random) = result;
                return result;
            case 2:
                return Mix(result, *Place(ref random));
            case 3:
                return Mix(result, User.Map(1 + random.Below(MaximumMapped)));
            case 4:
                return Mix(result, User.Unmap(1 + random.Below(MaximumMapped)));
            case 5:
                return generations > 0 ? Multiply(ref random, result, generations) : result;
            case 6:
                return ThroughPipe(ref random, result);
            case 7:
                return ThroughFile(ref random, result);
            case 8:
                return Mix(result, Forbidden(ref random));
            default:
                return Compute(ref random, result);
        }
    }

    private static ulong* Place(ref Randomness random)
    {
        ulong offset = random.Below(PageTable.PageSize / sizeof(ulong)) * sizeof(ulong);
        return (ulong*)(Process.HeapStart + (random.Below(HeapPages) * PageTable.PageSize) + offset);
    }

    /// <summary>A child goes on with other numbers, on a copy of all memory.</summary>
    private static ulong Multiply(ref Randomness random, ulong result, int generations)
    {
        ulong seed = random.Next();
        ulong child = User.Fork();
        if (child == 0)
        {
            var own = new Randomness(seed);
            for (int i = 0; i < Steps / 4; i++)
            {
                result = Step(ref own, result, generations - 1);
            }

            User.Exit(result);
        }

        return child == User.Failure ? result : Mix(result, User.Wait());
    }

    private static ulong ThroughPipe(ref Randomness random, ulong result)
    {
        if (!User.TryOpenPipe(out ulong reader, out ulong writer))
        {
            return result;
        }

        byte* bytes = stackalloc byte[BufferBytes];
        Fill(ref random, bytes);
        ulong length = 1 + random.Below(BufferBytes);
        result = Mix(result, User.Write(writer, bytes, length));
        User.Close(writer);
        result = Mix(Mix(result, User.Read(reader, bytes, length)), Sum(bytes));
        User.Close(reader);
        return result;
    }

    private static ulong ThroughFile(ref Randomness random, ulong result)
    {
        byte* bytes = stackalloc byte[BufferBytes];
        Fill(ref random, bytes);
        ulong file = User.Open("random"u8, create: true);
        result = Mix(result, User.Write(file, bytes, 1 + random.Below(BufferBytes)));
        User.Close(file);
        file = User.Open("random"u8, create: false);
        result = Mix(Mix(result, User.Read(file, bytes, BufferBytes)), Sum(bytes));
        User.Close(file);
        return Mix(result, User.Delete("random"u8));
    }

    private static ulong Forbidden(ref Randomness random) => random.Below(5) switch
    {
        0 => User.Write(User.Console, (byte*)PageTable.KernelBase, 16),
        1 => User.Close(random.Next()),
        2 => User.Unmap(random.Next() | (1UL << 63)),
        3 => User.Execute(UserProgram.Count + random.Below(100)),
        _ => UserImage.SystemCall(random.Next() | (1UL << 40), random.Next(), 0),
    };

    private static ulong Compute(ref Randomness random, ulong result)
    {
        for (ulong i = random.Below(200); i > 0; i--)
        {
            ulong divisor = random.Below(1000) + 1;
            result = Mix(result / divisor, result % divisor) + (result << 7);
        }

        return result;
    }

    private static void Fill(ref Randomness random, byte* bytes)
    {
        for (int i = 0; i < BufferBytes; i++)
        {
            bytes[i] = (byte)random.Next();
        }
    }

    private static ulong Sum(byte* bytes)
    {
        var digest = new Digest();
        for (int i = 0; i < BufferBytes; i++)
        {
            digest.Add(bytes[i]);
        }

        return digest.Value;
    }

    private static ulong Mix(ulong result, ulong value)
    {
        var digest = new Digest();
        digest.AddWord(result);
        digest.AddWord(value);
        return digest.Value;
    }

    /// <summary>Marsaglia's xorshift64.</summary>
    private struct Randomness(ulong seed)
    {
        private const ulong Spread = 0x9e37_79b9_7f4a_7c15;

        private ulong _state = (seed * Spread) | 1;

        public ulong Next()
        {
            _state ^= _state << 13;
            _state ^= _state >> 7;
            _state ^= _state << 17;
            return _state;
        }

        public ulong Below(ulong limit) => (Next() >> 11) % limit;
    }
}
