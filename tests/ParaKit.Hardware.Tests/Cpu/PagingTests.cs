using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Mmu;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hardware.Tests.Cpu;

/// <summary>Rights, error codes and accessed/dirty bits. Intel SDM vol. 3A, "Access Rights", "Page-Fault Exceptions".</summary>
public sealed class PagingTests
{
    private const ulong Linear = 0x40_0000_0000;
    private const ulong Frame = 0x300000;

    public static IEnumerable<object[]> Matrix()
    {
        foreach (bool present in (bool[])[false, true])
        {
            foreach (bool writable in (bool[])[false, true])
            {
                foreach (bool user in (bool[])[false, true])
                {
                    foreach (bool noExecute in (bool[])[false, true])
                    {
                        foreach (bool cpl3 in (bool[])[false, true])
                        {
                            foreach (bool writeProtect in (bool[])[false, true])
                            {
                                yield return [present, writable, user, noExecute, cpl3, writeProtect];
                            }
                        }
                    }
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Rights_DecideEveryAccess(bool present, bool writable, bool user, bool noExecute, bool cpl3, bool writeProtect)
    {
        ulong entry = (present ? PageTableEntry.Present : 0) | (writable ? PageTableEntry.Writable : 0)
            | (user ? PageTableEntry.User : 0) | (noExecute ? PageTableEntry.NoExecute : 0);
        bool reachable = present && (user || !cpl3);
        Check(AccessKind.Read, reachable);
        Check(AccessKind.Write, reachable && (writable || (!cpl3 && !writeProtect)));
        Check(AccessKind.Execute, reachable && !noExecute);

        void Check(AccessKind access, bool allowed)
        {
            using var guest = new TestGuest();
            guest.Map(Linear, Frame, entry);
            guest.State.Cr0 = writeProtect ? guest.State.Cr0 | Cr0.WriteProtect : guest.State.Cr0 & ~Cr0.WriteProtect;
            if (cpl3)
            {
                guest.EnterUser();
            }

            ProcessorExit exit = Access(guest, access);
            PageFaultErrorCode expected = (present ? PageFaultErrorCode.Protection : 0)
                | (access == AccessKind.Write ? PageFaultErrorCode.Write : 0)
                | (access == AccessKind.Execute ? PageFaultErrorCode.InstructionFetch : 0)
                | (cpl3 ? PageFaultErrorCode.User : 0);
            if (allowed)
            {
                Assert.Equal(ExitReason.BudgetExhausted, exit.Reason);
                ulong bits = PageTableEntry.Accessed | (access == AccessKind.Write ? PageTableEntry.Dirty : 0);
                Assert.Equal(entry | Frame | bits, LeafEntry(guest));
            }
            else
            {
                Assert.Equal((ExitReason.Exception, ExceptionVector.PageFault), (exit.Reason, exit.Vector));
                Assert.Equal(expected, (PageFaultErrorCode)exit.ErrorCode);
                Assert.Equal(Linear, exit.Address);
                Assert.Equal(entry | Frame, LeafEntry(guest));
            }
        }
    }

    [Fact]
    public void ReservedBit_IsReported()
    {
        using var guest = new TestGuest();
        guest.Map(Linear, Frame, PageTableEntry.Present | (1ul << 51));
        ProcessorExit exit = Access(guest, AccessKind.Read);
        Assert.Equal(PageFaultErrorCode.Protection | PageFaultErrorCode.ReservedBit, (PageFaultErrorCode)exit.ErrorCode);
    }

    [Fact]
    public void NoExecuteBit_IsReservedWithoutNxe()
    {
        using var guest = new TestGuest();
        guest.Map(Linear, Frame, PageTableEntry.Present | PageTableEntry.NoExecute);
        guest.State.Efer &= ~Efer.NoExecuteEnable;
        ProcessorExit exit = Access(guest, AccessKind.Execute);
        Assert.Equal(PageFaultErrorCode.Protection | PageFaultErrorCode.ReservedBit, (PageFaultErrorCode)exit.ErrorCode);
    }

    [Fact]
    public void NonCanonicalAddress_IsGeneralProtection_ThroughRsp_StackFault()
    {
        using var guest = new TestGuest();
        guest.Assemble(a => a.mov(rax, __qword_ptr[rbx]));
        guest.Processor.Controls = ExitControls.All;
        guest.State.Registers[GeneralRegister.Rbx] = 0x8000_0000_0000;
        Assert.Equal(ExceptionVector.GeneralProtection, guest.Processor.Run(1).Vector);
        guest.Assemble(a => a.push(rax));
        guest.State.Registers[GeneralRegister.Rsp] = 0x8000_0000_0100;
        Assert.Equal(ExceptionVector.StackFault, guest.Processor.Run(1).Vector);
    }

    [Fact]
    public void WriteAcrossPages_SecondPageMissing_ChangesNothing()
    {
        using var guest = new TestGuest();
        guest.Map(Linear, Frame, PageTableEntry.Present | PageTableEntry.Writable);
        guest.Assemble(a => a.add(__qword_ptr[rbx], rcx));
        guest.Processor.Controls = ExitControls.All;
        guest.State.Registers[GeneralRegister.Rbx] = Linear + 0xffc;
        guest.State.Registers[GeneralRegister.Rcx] = ulong.MaxValue;
        ulong flags = guest.State.Rflags;
        ProcessorExit exit = guest.Processor.Run(1);
        Assert.Equal(ExceptionVector.PageFault, exit.Vector);
        Assert.Equal(Linear + 0x1000, exit.Address);
        Assert.Equal(0u, guest.Machine.Memory.Read<uint>(Frame + 0xffc));
        Assert.Equal(flags, guest.State.Rflags);
        Assert.Equal(TestGuest.Code, guest.State.Rip);
    }

    [Fact]
    public void StaleTranslation_LivesUntilInvlpg()
    {
        using var guest = new TestGuest();
        guest.Map(Linear, Frame, PageTableEntry.Present);
        guest.Machine.Memory.Write(Frame, 1ul);
        guest.Machine.Memory.Write(Frame + 0x1000, 2ul);
        guest.Assemble(a =>
        {
            a.mov(rax, __qword_ptr[rbx]);
            a.invlpg(__byte_ptr[rbx]);
            a.mov(rcx, __qword_ptr[rbx]);
        });
        guest.State.Registers[GeneralRegister.Rbx] = Linear;
        guest.Processor.Run(1);
        guest.Machine.Memory.Write(LeafAddress(guest), (Frame + 0x1000) | PageTableEntry.Present);
        guest.Processor.Run(2);
        Assert.Equal((1ul, 2ul), (guest[GeneralRegister.Rax], guest[GeneralRegister.Rcx]));
    }

    [Fact]
    public void Translate_HasNoSideEffects()
    {
        using var guest = new TestGuest();
        guest.Map(Linear, Frame, PageTableEntry.Present | PageTableEntry.Writable);
        Assert.True(guest.Processor.TryTranslate(Linear + 5, AccessKind.Write, user: false, out ulong physical, out _));
        Assert.Equal(Frame + 5, physical);
        Assert.Equal(Frame | PageTableEntry.Present | PageTableEntry.Writable, LeafEntry(guest));
        Assert.False(guest.Processor.TryTranslate(Linear, AccessKind.Read, user: true, out _, out uint code));
        Assert.Equal(PageFaultErrorCode.Protection | PageFaultErrorCode.User, (PageFaultErrorCode)code);
    }

    private static ProcessorExit Access(TestGuest guest, AccessKind access)
    {
        guest.Processor.Controls = ExitControls.All;
        guest.Machine.Memory.Write<byte>(Frame, 0x90);
        guest.State.Registers[GeneralRegister.Rbx] = Linear;
        switch (access)
        {
            case AccessKind.Read:
                guest.Assemble(a => a.mov(al, __byte_ptr[rbx]));
                break;
            case AccessKind.Write:
                guest.Assemble(a => a.mov(__byte_ptr[rbx], al));
                break;
            default:
                guest.State.Rip = Linear;
                break;
        }

        return guest.Processor.Run(1);
    }

    private static ulong LeafEntry(TestGuest guest) => guest.Machine.Memory.Read<ulong>(LeafAddress(guest));

    private static ulong LeafAddress(TestGuest guest)
    {
        ulong table = TestGuest.PageTables;
        for (int level = 4; level > 1; level--)
        {
            ulong index = (Linear >> (12 + (9 * (level - 1)))) & 511;
            table = guest.Machine.Memory.Read<ulong>(table + (index * 8)) & PageTableEntry.AddressMask;
        }

        return table + (((Linear >> 12) & 511) * 8);
    }
}
