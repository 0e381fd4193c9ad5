using Iced.Intel;
using ParaKit.Hardware.Cpu;
using ParaKit.Hardware.Virtualization;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hardware.Tests.Virtualization;

/// <summary>What leaves non-root mode, with what the control structure says of it, and what an entry delivers.</summary>
public sealed class NonRootTests
{
    private const ulong Handler = TestGuest.Code + 0x1000;

    /// <summary>IA32_LSTAR: any register that can be read and written.</summary>
    private const uint LongSystemCallTarget = 0xc000_0082;

    private readonly VirtualMachineControl _control = new();

    public static TheoryData<string, Intercepts, BasicExitReason> Instructions() => new()
    {
        { "cpuid", Intercepts.Cpuid, BasicExitReason.Cpuid },
        { "invlpg", Intercepts.PageInvalidation, BasicExitReason.PageInvalidation },
        { "rdtsc", Intercepts.TimeStamp, BasicExitReason.TimeStamp },
        { "rdtscp", Intercepts.TimeStamp, BasicExitReason.TimeStamp },
        { "rdmsr", Intercepts.ReadModelSpecific, BasicExitReason.ReadModelSpecific },
        { "wrmsr", Intercepts.WriteModelSpecific, BasicExitReason.WriteModelSpecific },
        { "in", Intercepts.PortAccess, BasicExitReason.PortAccess },
    };

    [Theory]
    [MemberData(nameof(Instructions))]
    public void Instruction_ExitsIfIntercepted_AndOnlyThen(string name, Intercepts intercept, BasicExitReason reason)
    {
        foreach (Intercepts intercepts in (Intercepts[])[Intercepts.None, intercept, ~intercept & ~Intercepts.InterruptWindow])
        {
            using TestGuest guest = Guest(a => Emit(a, name));
            guest.State.Registers[Hardware.Cpu.GeneralRegister.Rcx] = LongSystemCallTarget;
            _control.Write(ControlField.Intercepts, (ulong)intercepts);
            guest.Processor.Enter(_control, 5);
            bool exits = intercepts == intercept;
            Assert.Equal(exits, (BasicExitReason)_control.Read(ControlField.ExitReason) == reason);
            Assert.Equal(exits, guest.State.Rip == TestGuest.Code);
        }
    }

    [Fact]
    public void Halt_ExitsAfterItself()
    {
        using TestGuest guest = Guest(a => a.hlt());
        _control.Write(ControlField.Intercepts, (ulong)Intercepts.Halt);
        guest.Processor.Enter(_control, 5);
        Assert.Equal((BasicExitReason.Halt, TestGuest.Code + 1), ((BasicExitReason)_control.Read(ControlField.ExitReason), guest.State.Rip));
    }

    [Fact]
    public void Qualification_SaysWhat()
    {
        Assert.Equal(ExitQualification.OfPort(0x21, 1, isRead: true), Qualification(a => a.@in(al, 0x21)));
        Assert.Equal(0x21, ExitQualification.Port(Qualification(a => a.@out(0x21, eax))));
        Assert.Equal(0x1234ul, Qualification(a => a.invlpg(__[0x1234])));
        Assert.Equal(ExitQualification.OfControlRegister(3, isRead: true, general: 9), Qualification(a => a.mov(r9, cr3)));
        Assert.Equal(ExitQualification.OfControlRegister(8, isRead: false, general: 2), Qualification(a => a.mov(cr8, rdx)));
    }

    /// <summary>An intercepted instruction that may not execute faults first.</summary>
    [Theory]
    [InlineData("rdmsr")]
    [InlineData("wrmsr")]
    [InlineData("invlpg")]
    [InlineData("mov cr")]
    public void PrivilegeComesFirst(string name)
    {
        using TestGuest guest = Guest(a => Emit(a, name));
        guest.EnterUser();
        InterceptAll();
        _control.Write(ControlField.ExceptionBitmap, 1u << ExceptionVector.GeneralProtection);
        guest.Processor.Enter(_control, 1);
        Assert.Equal(BasicExitReason.Exception, (BasicExitReason)_control.Read(ControlField.ExitReason));
        var exception = new EventInformation(_control.Read(ControlField.ExitEvent));
        Assert.Equal((true, EventType.Exception, ExceptionVector.GeneralProtection), (exception.IsValid, exception.Type, exception.Vector));
    }

    [Fact]
    public void PageFault_IsExplained()
    {
        using TestGuest guest = Guest(a => a.mov(__qword_ptr[0x7000_0000], rax));
        _control.Write(ControlField.ExceptionBitmap, 1u << ExceptionVector.PageFault);
        guest.Processor.Enter(_control, 1);
        Assert.Equal(0x7000_0000ul, _control.Read(ControlField.Qualification));
        Assert.Equal(2ul, _control.Read(ControlField.ExitErrorCode));
        Assert.True(_control.Read(ControlField.InstructionLength) > 0);
    }

    [Fact]
    public void Injection_DeliversOnce()
    {
        using TestGuest guest = Guest(a => a.nop());
        guest.SetGate(0x40, Handler);
        guest.State.Rflags |= Flags.Interrupt;
        _control.Write(ControlField.InjectedEvent, new EventInformation(EventType.External, 0x40, hasErrorCode: false).Value);
        guest.Processor.Enter(_control, 1);
        Assert.Equal(Handler, guest.State.Rip);
        Assert.Equal(0ul, _control.Read(ControlField.InjectedEvent));
    }

    [Theory]
    [InlineData(EventType.External, 0x40, false)]
    [InlineData(EventType.Exception, 14, false)]
    [InlineData(EventType.Exception, 6, true)]
    [InlineData(EventType.Software, 0x40, false)]
    public void Injection_ThatCannotBe_FailsTheEntry(EventType type, byte vector, bool hasErrorCode)
    {
        using TestGuest guest = Guest(a => a.nop());
        _control.Write(ControlField.InjectedEvent, new EventInformation(type, vector, hasErrorCode).Value);
        Assert.Equal(ExitReason.InvalidGuestState, guest.Processor.Enter(_control, 1).Reason);
        Assert.Equal(BasicExitReason.InvalidGuestState, (BasicExitReason)_control.Read(ControlField.ExitReason));
        Assert.Equal(TestGuest.Code, guest.State.Rip);
    }

    [Fact]
    public void InterruptWindow_OpensAfterTheShadowOfSti()
    {
        using TestGuest guest = Guest(a =>
        {
            a.sti();
            a.nop();
            a.nop();
        });
        _control.Write(ControlField.Intercepts, (ulong)Intercepts.InterruptWindow);
        guest.Processor.Enter(_control, 10);
        Assert.Equal(BasicExitReason.InterruptWindow, (BasicExitReason)_control.Read(ControlField.ExitReason));
        Assert.Equal(TestGuest.Code + 2, guest.State.Rip);
    }

    [Fact]
    public void ExitInformation_CannotBeWritten() =>
        Assert.Throws<ArgumentException>(() => _control.Write(ControlField.ExitReason, 1));

    private static TestGuest Guest(Action<Assembler> body)
    {
        var guest = new TestGuest();
        guest.Assemble(body);
        return guest;
    }

    private static void Emit(Assembler a, string name)
    {
        Action emit = name switch
        {
            "cpuid" => a.cpuid,
            "invlpg" => () => a.invlpg(__[rax]),
            "rdtsc" => a.rdtsc,
            "rdtscp" => a.rdtscp,
            "rdmsr" => a.rdmsr,
            "wrmsr" => a.wrmsr,
            "in" => () => a.@in(al, 0x80),
            _ => () => a.mov(cr3, rax),
        };
        emit();
        a.nop();
        a.nop();
    }

    private void InterceptAll()
    {
        _control.Write(ControlField.Intercepts, (ulong)~Intercepts.InterruptWindow);
        _control.Write(ControlField.ControlRegisterReads, ushort.MaxValue);
        _control.Write(ControlField.ControlRegisterWrites, ushort.MaxValue);
    }

    private ulong Qualification(Action<Assembler> body)
    {
        using TestGuest guest = Guest(body);
        InterceptAll();
        guest.Processor.Enter(_control, 1);
        Assert.Equal(TestGuest.Code, guest.State.Rip);
        return _control.Read(ControlField.Qualification);
    }
}
