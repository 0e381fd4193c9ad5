using System.Runtime.InteropServices;
using ParaKit.Abi;

namespace ParaKit.Guest.Tests;

/// <summary>A page between two pages that nobody may write.</summary>
internal sealed unsafe class GuardedPage : IDisposable
{
    private const byte Guard = 0xa5;
    private readonly byte* _start = (byte*)NativeMemory.AlignedAlloc(3 * SharedRing.PageBytes, SharedRing.PageBytes);

    internal GuardedPage()
    {
        new Span<byte>(_start, 3 * SharedRing.PageBytes).Fill(Guard);
        new Span<byte>(Address, SharedRing.PageBytes).Clear();
    }

    internal byte* Address => _start + SharedRing.PageBytes;

    internal SharedRing* Ring => (SharedRing*)Address;

    internal void AssertGuardsUntouched()
    {
        Assert.False(new ReadOnlySpan<byte>(_start, SharedRing.PageBytes).ContainsAnyExcept(Guard));
        Assert.False(new ReadOnlySpan<byte>(Address + SharedRing.PageBytes, SharedRing.PageBytes).ContainsAnyExcept(Guard));
    }

    public void Dispose() => NativeMemory.AlignedFree(_start);
}
