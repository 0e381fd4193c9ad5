using System;
using ParaKit.Guest;

/// <summary>The kernel's command line: "role=compute until=300".</summary>
internal static class Settings
{
    /// <summary>Whether a setting has a value.</summary>
    public static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value) => Find(name).SequenceEqual(value);

    /// <summary>A number; <paramref name="otherwise"/> if there is none.</summary>
    public static ulong Number(ReadOnlySpan<byte> name, ulong otherwise)
    {
        ReadOnlySpan<byte> text = Find(name);
        ulong number = 0;
        foreach (byte digit in text)
        {
            number = (number * 10) + (ulong)(digit - '0');
        }

        return text.Length == 0 ? otherwise : number;
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> name)
    {
        ReadOnlySpan<byte> rest = Platform.CommandLine;
        while (rest.Length > 0)
        {
            int end = IndexOfSpace(rest);
            ReadOnlySpan<byte> word = end < 0 ? rest : rest.Slice(0, end);
            rest = end < 0 ? default : rest.Slice(end + 1);
            if (word.Length > name.Length && word[name.Length] == '=' && word.Slice(0, name.Length).SequenceEqual(name))
            {
                return word.Slice(name.Length + 1);
            }
        }

        return default;
    }

    private static int IndexOfSpace(ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == ' ')
            {
                return i;
            }
        }

        return -1;
    }
}
