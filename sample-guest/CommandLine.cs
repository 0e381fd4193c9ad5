using System;
using ParaKit.Guest;

/// <summary>Words on the kernel's command line.</summary>
internal static class CommandLine
{
    public static bool Has(ReadOnlySpan<char> word) => TryFind(word, out int start, out int end) && end - start == word.Length;

    /// <summary>The decimal number of a word such as "programs=100", given what it begins with; false without one.</summary>
    public static bool TryGetNumber(ReadOnlySpan<char> prefix, out ulong number)
    {
        number = 0;
        if (!TryFind(prefix, out int start, out int end) || end - start == prefix.Length)
        {
            return false;
        }

        for (int i = start + prefix.Length; i < end; i++)
        {
            uint digit = (uint)(Platform.CommandLine[i] - '0');
            if (digit > 9)
            {
                return false;
            }

            number = (number * 10) + digit;
        }

        return true;
    }

    /// <summary>Finds the first word that begins with something.</summary>
    private static bool TryFind(ReadOnlySpan<char> prefix, out int start, out int end)
    {
        ReadOnlySpan<byte> line = Platform.CommandLine;
        start = 0;
        for (end = 0; end <= line.Length; end++)
        {
            if (end == line.Length || line[end] == ' ')
            {
                if (Begins(line.Slice(start, end - start), prefix))
                {
                    return true;
                }

                start = end + 1;
            }
        }

        return false;
    }

    private static bool Begins(ReadOnlySpan<byte> word, ReadOnlySpan<char> prefix)
    {
        bool begins = word.Length >= prefix.Length;
        for (int i = 0; begins && i < prefix.Length; i++)
        {
            begins = word[i] == prefix[i];
        }

        return begins;
    }
}
