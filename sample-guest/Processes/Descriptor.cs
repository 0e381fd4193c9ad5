/// <summary>What a program reads from or writes to, by a small number: the console, an end of a pipe, a place in a file.</summary>
internal sealed class Descriptor
{
    private const int CountOfProcess = 8;

    private bool _isWriter;

    public bool IsConsole { get; private set; }

    public Pipe Pipe { get; private set; }

    public StoredFile File { get; private set; }

    /// <summary>Where in the file the next byte is read or written.</summary>
    public ulong Offset { get; set; }

    public bool IsOpen => IsConsole || Pipe != null || File != null;

    /// <summary>The pipe, if this is its end to write to.</summary>
    public Pipe PipeToWrite => _isWriter ? Pipe : null;

    /// <summary>The pipe, if this is its end to read from.</summary>
    public Pipe PipeToRead => _isWriter ? null : Pipe;

    /// <summary>All descriptors of one process.</summary>
    public static Descriptor[] MakeAll()
    {
        var descriptors = new Descriptor[CountOfProcess];
        for (int i = 0; i < CountOfProcess; i++)
        {
            descriptors[i] = new Descriptor();
        }

        return descriptors;
    }

    public void OpenConsole() => IsConsole = true;

    public void OpenFile(StoredFile file)
    {
        File = file;
        file.Users++;
        Offset = 0;
    }

    public void OpenReader(Pipe pipe)
    {
        Pipe = pipe;
        _isWriter = false;
        pipe.AddReader();
    }

    public void OpenWriter(Pipe pipe)
    {
        Pipe = pipe;
        _isWriter = true;
        pipe.AddWriter();
    }

    public void CopyFrom(Descriptor other)
    {
        IsConsole = other.IsConsole;
        if (other.File != null)
        {
            OpenFile(other.File);
            Offset = other.Offset;
        }
        else if (other.PipeToRead != null)
        {
            OpenReader(other.Pipe);
        }
        else if (other.PipeToWrite != null)
        {
            OpenWriter(other.Pipe);
        }
    }

    public void Close()
    {
        PipeToRead?.RemoveReader();
        PipeToWrite?.RemoveWriter();
        if (File != null)
        {
            File.Users--;
        }

        Pipe = null;
        File = null;
        IsConsole = false;
    }
}
