using ParaKit.Abi;
using ParaKit.Guest.Xen;

namespace ParaKit.Guest.Tests;

/// <summary>Xen public/grant_table.h, "Invalidating an unused GTF_permit_access entry".</summary>
public sealed class GrantEntryTests
{
    [Theory]
    [InlineData(false, GrantEntryFlags.PermitAccess)]
    [InlineData(true, GrantEntryFlags.PermitAccess | GrantEntryFlags.ReadOnly)]
    public void Permit_FillsTheEntry(bool isReadOnly, GrantEntryFlags flags)
    {
        GrantEntryV1 entry = default;
        GrantEntry.Permit(ref entry, 7, 0x1234, isReadOnly);
        Assert.Equal((flags, (ushort)7, 0x1234u), (entry.Flags, entry.Domain, entry.Frame));
    }

    [Theory]
    [InlineData(GrantEntryFlags.Invalid, true)]
    [InlineData(GrantEntryFlags.Reading, false)]
    [InlineData(GrantEntryFlags.Writing, false)]
    [InlineData(GrantEntryFlags.Reading | GrantEntryFlags.Writing, false)]
    public void End_FailsWhileTheFrameIsMapped(GrantEntryFlags mapped, bool expected)
    {
        GrantEntryFlags flags = GrantEntryFlags.PermitAccess | mapped;
        GrantEntryV1 entry = new() { Flags = flags, Domain = 7, Frame = 0x1234 };
        Assert.Equal(expected, GrantEntry.TryEnd(ref entry));
        Assert.Equal((expected ? GrantEntryFlags.Invalid : flags, (ushort)7, 0x1234u), (entry.Flags, entry.Domain, entry.Frame));
    }

    [Fact]
    public void End_AgainstAMapper_NeverLosesAMark()
    {
        // Xen's side: the mark is set by a compare and exchange that needs a permitted entry, and taken away again.
        GrantEntryV1 entry = default;
        for (int round = 0; round < 300; round++)
        {
            GrantEntry.Permit(ref entry, 7, 1, isReadOnly: false);
            bool isMapped = false;
            Thread mapper = new(() => isMapped = TryMark(ref entry));
            mapper.Start();
            bool isEnded = GrantEntry.TryEnd(ref entry);
            mapper.Join();
            Assert.NotEqual(isMapped, isEnded);
            Assert.Equal(isMapped ? GrantEntryFlags.PermitAccess | GrantEntryFlags.Reading : GrantEntryFlags.Invalid, entry.Flags);
        }
    }

    private static bool TryMark(ref GrantEntryV1 entry)
    {
        ref ushort flags = ref System.Runtime.CompilerServices.Unsafe.As<GrantEntryFlags, ushort>(ref entry.Flags);
        ushort old = Volatile.Read(ref flags);
        return (old & 1) != 0 && Interlocked.CompareExchange(ref flags, (ushort)(old | (ushort)GrantEntryFlags.Reading), old) == old;
    }
}
