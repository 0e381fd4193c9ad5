/// <summary>Programs that move bytes: through a pipe, and into a file and back.</summary>
internal static unsafe class Streams
{
    /// <summary>Number of bytes that go through the pipe.</summary>
    public const int PipeBytes = 1000;

    /// <summary>Number of bytes that go into the file.</summary>
    public const int FileBytes = 9000;

    private const int ChunkSize = 200;

    public static ulong SendThroughPipe()
    {
        if (!User.TryOpenPipe(out ulong reader, out ulong writer))
        {
            return 0;
        }

        if (User.Fork() == 0)
        {
            User.Close(reader);
            WriteNumbers(writer, PipeBytes);
            return 0;
        }

        User.Close(writer); // or the end would never come
        ulong digest = DigestOf(reader);
        User.Wait();
        return digest;
    }

    public static ulong StoreAndReadBack()
    {
        ulong file = User.Open("numbers"u8, create: true);
        WriteNumbers(file, FileBytes);
        User.Close(file);
        file = User.Open("numbers"u8, create: false);
        ulong digest = DigestOf(file);
        User.Close(file);
        ulong first = User.Open("motd"u8, create: false);
        digest += DigestOf(first);
        return User.Delete("numbers"u8) == 0 && User.Open("numbers"u8, create: false) == User.Failure ? digest : 0;
    }

    private static void WriteNumbers(ulong descriptor, int count)
    {
        byte* chunk = stackalloc byte[ChunkSize];
        var numbers = new Numbers();
        for (int done = 0; done < count; done += ChunkSize)
        {
            for (int i = 0; i < ChunkSize; i++)
            {
                chunk[i] = numbers.Next();
            }

            User.WriteAll(descriptor, chunk, ChunkSize);
        }
    }

    private static ulong DigestOf(ulong descriptor)
    {
        byte* chunk = stackalloc byte[ChunkSize];
        var digest = new Digest();
        for (ulong count = User.Read(descriptor, chunk, ChunkSize); count is > 0 and <= ChunkSize; count = User.Read(descriptor, chunk, ChunkSize))
        {
            for (ulong i = 0; i < count; i++)
            {
                digest.Add(chunk[i]);
            }
        }

        return digest.Value;
    }
}
