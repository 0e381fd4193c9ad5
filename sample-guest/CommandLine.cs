using System;
using ParaKit.Guest;

/// <summary>Words on the kernel's command line.</summary>
internal static class CommandLine
{
    public static bool Has(ReadOnlySpan<char> word)
    {
        ReadOnlySpan<byte> line = Platform.CommandLine;
        int start = 0;
        for (int i = 0; i <= line.Length; i++)
        {
            if (i == line.Length || line[i] == ' ')
            {
                if (IsWord(line.Slice(start, i - start), word))
                {
                    return true;
                }

                start = i + 1;
            }
        }

        return false;
    }

    private static bool IsWord(ReadOnlySpan<byte> text, ReadOnlySpan<char> word)
    {
        bool isSame = text.Length == word.Length;
        for (int i = 0; isSame && i < text.Length; i++)
        {
            isSame = text[i] == word[i];
        }

        return isSame;
    }
}
