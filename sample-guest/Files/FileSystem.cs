using System;

/// <summary>A handful of files in memory, found by name.</summary>
internal static unsafe class FileSystem
{
    private const int Count = 8;

    private static readonly StoredFile[] s_files = new StoredFile[Count];

    /// <summary>Makes room for the files, and the one that is there from the start.</summary>
    public static void Initialize()
    {
        for (int i = 0; i < Count; i++)
        {
            s_files[i] = new StoredFile();
        }

        ReadOnlySpan<byte> text = "the first file\n"u8;
        fixed (byte* name = "motd"u8, content = text)
        {
            TryOpen(name, 4, create: true, out StoredFile file);
            file.Write(0, content, (ulong)text.Length);
        }
    }

    public static bool TryOpen(byte* name, int length, bool create, out StoredFile file)
    {
        StoredFile free = null;
        foreach (StoredFile candidate in s_files)
        {
            if (candidate.Exists && candidate.IsNamed(name, length))
            {
                file = candidate;
                return true;
            }

            free ??= candidate.Exists ? null : candidate;
        }

        file = create ? free : null;
        file?.Create(name, length);
        return file != null;
    }
}
