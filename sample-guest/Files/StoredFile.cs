using ParaKit.Guest;

/// <summary>A file: a name, a length, and frames that hold its bytes.</summary>
internal sealed unsafe class StoredFile
{
    public const int NameCapacity = 16;

    private const int FrameCount = 16;

    private readonly byte[] _name = new byte[NameCapacity];
    private readonly ulong[] _frames = new ulong[FrameCount];
    private int _nameLength;

    public ulong Length { get; private set; }

    public bool Exists => _nameLength > 0;

    /// <summary>Descriptors that refer to it.</summary>
    public int Users { get; set; }

    public bool IsNamed(byte* name, int length)
    {
        if (length != _nameLength)
        {
            return false;
        }

        for (int i = 0; i < length; i++)
        {
            if (_name[i] != name[i])
            {
                return false;
            }
        }

        return true;
    }

    public void Create(byte* name, int length)
    {
        _nameLength = length;
        for (int i = 0; i < length; i++)
        {
            _name[i] = name[i];
        }
    }

    public void Delete()
    {
        _nameLength = 0;
        Length = 0;
        for (int i = 0; i < FrameCount; i++)
        {
            if (_frames[i] != 0)
            {
                Frames.Free(_frames[i]);
                _frames[i] = 0;
            }
        }
    }

    /// <summary>Copies from the file; returns how many bytes there were.</summary>
    public ulong Read(ulong offset, byte* destination, ulong length)
    {
        ulong rest = offset < Length ? Length - offset : 0;
        ulong count = length < rest ? length : rest;
        for (ulong i = 0; i < count; i++)
        {
            destination[i] = *Byte(offset + i);
        }

        return count;
    }

    /// <summary>Copies into the file, which grows as long as it may; returns how many bytes went in.</summary>
    [NoAllocation]
    public ulong Write(ulong offset, byte* source, ulong length)
    {
        ulong done = 0;
        while (done < length && TryProvide(offset + done))
        {
            *Byte(offset + done) = source[done];
            done++;
        }

        if (offset + done > Length)
        {
            Length = offset + done;
        }

        return done;
    }

    private bool TryProvide(ulong offset)
    {
        ulong index = offset / PageTable.PageSize;
        if (index >= FrameCount)
        {
            return false;
        }

        if (_frames[index] == 0)
        {
            _frames[index] = Frames.Allocate();
        }

        return true;
    }

    private byte* Byte(ulong offset) => (byte*)PageTable.ToVirtual(_frames[offset / PageTable.PageSize]) + (offset % PageTable.PageSize);
}
