using ParaKit.Guest;

/// <summary>Fills an address space with the user image and a stack. All programs are in one image; the first argument chooses.</summary>
internal static unsafe class ProgramLoader
{
    /// <summary>Begins a space, loads it and puts it into use.</summary>
    public static void Load(AddressSpace space, ulong stackTop, ulong stackPages)
    {
        space.Begin();
        MapImage(space);
        for (ulong i = 1; i <= stackPages; i++)
        {
            space.Map(stackTop - (i * PageTable.PageSize), Frames.Allocate(), PageTable.User | PageTable.Writable | PageTable.NoExecute);
        }

        space.Adopt();
    }

    private static void MapImage(AddressSpace space)
    {
        for (ulong offset = 0; offset < UserImage.Size; offset += PageTable.PageSize)
        {
            ulong frame = Frames.Allocate();
            Copy(UserImage.Start + offset, (byte*)PageTable.ToVirtual(frame));
            ulong flags = offset < UserImage.DataOffset ? PageTable.User : PageTable.User | PageTable.Writable | PageTable.NoExecute;
            space.Map(UserImage.BaseAddress + offset, frame, flags);
        }
    }

    private static void Copy(byte* source, byte* destination)
    {
        for (ulong i = 0; i < PageTable.PageSize; i += sizeof(ulong))
        {
            *(ulong*)(destination + i) = *(ulong*)(source + i);
        }
    }
}
