using System.Buffers.Binary;
using ParaKit.Abi;

namespace ParaKit.Hypervisor.Domains;

/// <summary>
/// The page of 32-byte stubs through which a guest makes hypercalls. Xen public/arch-x86/xen-x86_64.h, "Hypercall interface".
/// </summary>
internal static class HypercallPage
{
    /// <summary>Bytes per stub.</summary>
    public const int StubBytes = 32;

    private const byte Breakpoint = 0xcc;

    // push rcx; push r11; mov eax, imm32; syscall; pop r11; pop rcx; ret
    private static ReadOnlySpan<byte> OrdinaryStub => [0x51, 0x41, 0x53, 0xb8, 0, 0, 0, 0, 0x0f, 0x05, 0x41, 0x5b, 0x59, 0xc3];

    // push rcx; push r11; push rax; mov eax, imm32; syscall: the three pushes complete the iret context.
    private static ReadOnlySpan<byte> IretStub => [0x51, 0x41, 0x53, 0x50, 0xb8, 0, 0, 0, 0, 0x0f, 0x05];

    /// <summary>Fills a page.</summary>
    public static void Fill(Span<byte> page)
    {
        page.Fill(Breakpoint);
        for (var number = 0; number < page.Length / StubBytes; number++)
        {
            var isIret = number == (int)HypercallNumber.Iret;
            var stub = page.Slice(number * StubBytes, StubBytes);
            (isIret ? IretStub : OrdinaryStub).CopyTo(stub);
            BinaryPrimitives.WriteInt32LittleEndian(stub[(isIret ? 5 : 4)..], number);
        }
    }
}
