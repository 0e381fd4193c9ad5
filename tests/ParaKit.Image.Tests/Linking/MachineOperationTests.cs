using Iced.Intel;
using ParaKit.Image.Linking;

namespace ParaKit.Image.Tests.Linking;

/// <summary>Every operation's bytes, read back by a decoder that knows nothing of how they were written.</summary>
public sealed class MachineOperationTests
{
    private const bool Sensitive = true;
    private const bool Innocuous = false;

    private const string CpuidTail = "cpuid; mov [r8],eax; mov [r8+4],ebx; mov [r8+8],ecx; mov [r8+0Ch],edx; pop rbx";

    /// <summary>Symbol, class, instructions.</summary>
    public static TheoryData<string, bool, string> Table => new()
    {
        { "pk_x86_cli", Sensitive, "cli" },
        { "pk_x86_sti", Sensitive, "sti" },
        { "pk_x86_hlt", Sensitive, "hlt" },
        { "pk_x86_sti_hlt", Sensitive, "sti; hlt" },
        { "pk_x86_pushf", Sensitive, "pushfq; pop rax" },
        { "pk_x86_popf", Sensitive, "push rdi; popfq" },
        { "pk_x86_read_cr0", Sensitive, "mov rax,cr0" },
        { "pk_x86_read_cr2", Sensitive, "mov rax,cr2" },
        { "pk_x86_read_cr3", Sensitive, "mov rax,cr3" },
        { "pk_x86_read_cr4", Sensitive, "mov rax,cr4" },
        { "pk_x86_read_cr8", Sensitive, "mov rax,cr8" },
        { "pk_x86_write_cr0", Sensitive, "mov cr0,rdi" },
        { "pk_x86_write_cr3", Sensitive, "mov cr3,rdi" },
        { "pk_x86_write_cr4", Sensitive, "mov cr4,rdi" },
        { "pk_x86_write_cr8", Sensitive, "mov cr8,rdi" },
        { "pk_x86_invlpg", Sensitive, "invlpg [rdi]" },
        { "pk_x86_lgdt", Sensitive, "lgdt [rdi]" },
        { "pk_x86_lidt", Sensitive, "lidt [rdi]" },
        { "pk_x86_ltr", Sensitive, "ltr di" },
        { "pk_x86_swapgs", Sensitive, "swapgs" },
        { "pk_x86_sgdt", Sensitive, "sgdt [rdi]" },
        { "pk_x86_sidt", Sensitive, "sidt [rdi]" },
        { "pk_x86_sldt", Sensitive, "sldt eax" },
        { "pk_x86_str", Sensitive, "str eax" },
        { "pk_x86_smsw", Sensitive, "smsw eax; movzx eax,ax" },
        { "pk_x86_lar", Sensitive, "xor eax,eax; lar eax,edi" },
        { "pk_x86_lsl", Sensitive, "or rax,0FFFFFFFFFFFFFFFFh; lsl eax,edi" },
        { "pk_x86_verr", Sensitive, "xor eax,eax; verr di; sete al" },
        { "pk_x86_verw", Sensitive, "xor eax,eax; verw di; sete al" },
        { "pk_x86_read_cs", Sensitive, "mov eax,cs" },
        { "pk_x86_read_ss", Sensitive, "mov eax,ss" },
        { "pk_x86_read_ds", Sensitive, "mov eax,ds" },
        { "pk_x86_read_es", Sensitive, "mov eax,es" },
        { "pk_x86_read_fs", Sensitive, "mov eax,fs" },
        { "pk_x86_read_gs", Sensitive, "mov eax,gs" },
        { "pk_x86_write_ss", Sensitive, "mov ss,di" },
        { "pk_x86_write_ds", Sensitive, "mov ds,di" },
        { "pk_x86_write_es", Sensitive, "mov es,di" },
        { "pk_x86_write_fs", Sensitive, "mov fs,di" },
        { "pk_x86_write_gs", Sensitive, "mov gs,di" },
        { "pk_x86_push_fs", Sensitive, "push fs; pop rax" },
        { "pk_x86_pop_fs", Sensitive, "push rdi; pop fs" },
        { "pk_x86_push_gs", Sensitive, "push gs; pop rax" },
        { "pk_x86_pop_gs", Sensitive, "push rdi; pop gs" },
        { "pk_x86_rdmsr", Sensitive, "mov ecx,edi; rdmsr; shl rdx,20h; or rax,rdx" },
        { "pk_x86_wrmsr", Sensitive, "mov ecx,edi; mov eax,esi; mov rdx,rsi; shr rdx,20h; wrmsr" },
        { "pk_x86_cpuid", Sensitive, "push rbx; mov r8,rdx; mov eax,edi; mov ecx,esi; " + CpuidTail },
        { "pk_x86_rdtsc", Sensitive, "rdtsc; shl rdx,20h; or rax,rdx" },
        { "pk_x86_in8", Sensitive, "mov edx,edi; in al,dx" },
        { "pk_x86_in16", Sensitive, "mov edx,edi; in ax,dx" },
        { "pk_x86_in32", Sensitive, "mov edx,edi; in eax,dx" },
        { "pk_x86_out8", Sensitive, "mov edx,edi; mov eax,esi; out dx,al" },
        { "pk_x86_out16", Sensitive, "mov edx,edi; mov eax,esi; out dx,ax" },
        { "pk_x86_out32", Sensitive, "mov edx,edi; mov eax,esi; out dx,eax" },
        { "pk_x86_int3", Innocuous, "int3" },
        { "pk_x86_pause", Innocuous, "pause" },
        { "pk_pv_pushf", Innocuous, "pushfq; pop rax" },
        { "pk_pv_rdtsc", Innocuous, "rdtsc; shl rdx,20h; or rax,rdx" },
        { "pk_pv_cpuid", Innocuous, "push rbx; mov r8,rdx; mov eax,edi; mov ecx,esi; ud2; " + CpuidTail },
        { "pk_user_syscall", Innocuous, "mov rax,rdi; mov rdi,rsi; mov rsi,rdx; mov rdx,rcx; syscall" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Operation_DecodesToItsInstructions(string symbol, bool isSensitive, string expected)
    {
        MachineOperation operation = MachineOperations.Find(symbol)!;
        Assert.Equal(isSensitive, operation.IsSensitive);
        Assert.Equal(expected, Disassemble(operation.Bytes));
    }

    [Fact]
    public void Table_NamesEveryOperation() =>
        Assert.Equal(MachineOperations.All.Select(o => o.Symbol).Order(), Table.Select(r => (string)r[0]).Order());

    [Fact]
    public void InnocuousOperations_ContainNoPrivilegedInstruction() => Assert.All(
        MachineOperations.All.Where(o => !o.IsSensitive),
        o => Assert.DoesNotContain(Decode(o.Bytes), i => i.IsPrivileged));

    private static string Disassemble(byte[] code)
    {
        var formatter = new IntelFormatter();
        formatter.Options.SpaceAfterOperandSeparator = false;
        formatter.Options.MemorySizeOptions = MemorySizeOptions.Never;
        var output = new StringOutput();
        return string.Join("; ", Decode(code).Select(i =>
        {
            formatter.Format(i, output);
            return output.ToStringAndReset();
        }));
    }

    /// <summary>Xen public/arch-x86/xen.h, "Prefix forces emulation": ud2 and the letters "xen", which are no instruction.</summary>
    private static List<Instruction> Decode(byte[] code)
    {
        var reader = new ByteArrayCodeReader(code);
        var decoder = Iced.Intel.Decoder.Create(64, reader);
        List<Instruction> all = [];
        while (reader.CanReadByte)
        {
            all.Add(decoder.Decode());
            if (all[^1].Mnemonic == Mnemonic.Ud2)
            {
                Assert.Equal("xen"u8.ToArray(), code[reader.Position..(reader.Position + 3)]);
                reader.Position += 3;
            }
        }

        return all;
    }
}
