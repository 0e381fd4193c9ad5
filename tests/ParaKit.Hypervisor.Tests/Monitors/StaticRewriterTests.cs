using ParaKit.Hypervisor.Tests.Support;
using ParaKit.Rewriter.Static;
using static Iced.Intel.AssemblerRegisters;

namespace ParaKit.Hypervisor.Tests.Monitors;

/// <summary>What the static rewriter puts in the place of instructions, and what it refuses.</summary>
[UsesVerify]
public sealed class StaticRewriterTests
{
    private static RewrittenImage Rewrite(Action<BareGuest> body) => StaticRewriter.Rewrite(BareGuest.Build(body), BuildOutput.Bridge);

    /// <summary>In place, by a breakpoint, by a trampoline with what had to move, and STI in front of HLT.</summary>
    [Fact]
    public Task Report() => Verifier.Verify(Text(Rewrite(a =>
    {
        a.cli();
        a.mov(eax, 1);
        a.mov(rax, cr3);
        a.mov(cr3, rax);
        a.lgdt(__[rdi]);
        a.@out(0x21, al);
        a.@in(al, dx);
        a.pushfq();
        a.popfq();
        a.sti();
        a.hlt();
        a.mov(ecx, 3);
        a.sti();
        a.mov(rbx, rcx);
        a.add(rbx, 7);
        a.invlpg(__[rdi + (rcx * 4) + 16]);
        a.iretq();
    })));

    [Fact]
    public void BranchIntoTheWindow_NoTrampoline()
    {
        var site = Single("cli", a =>
        {
            var inside = a.CreateLabel();
            a.jmp(inside);
            a.cli();
            a.Label(ref inside);
            a.mov(eax, 1);
            a.ret();
        }, andEnter: true);
        Assert.Equal(RewriteForm.Breakpoint, site.Form);
    }

    [Fact]
    public void AddressTakenInTheWindow_NoTrampoline()
    {
        var site = Single("cli", a =>
        {
            var inside = a.CreateLabel();
            a.lea(rax, __[inside]);
            a.cli();
            a.Label(ref inside);
            a.mov(eax, 1);
            a.ret();
        });
        Assert.Equal(RewriteForm.Breakpoint, site.Form);
    }

    [Fact]
    public void MemoryAccessInTheWindow_NoTrampoline()
    {
        var site = Single("cli", a =>
        {
            a.cli();
            a.mov(rax, __qword_ptr[rbx]);
            a.ret();
        });
        Assert.Equal(RewriteForm.Breakpoint, site.Form);
    }

    [Fact]
    public void UnknownInstruction_IsRefusedWithItsAddress()
    {
        var exception = Assert.Throws<RewriteException>(() => Rewrite(a =>
        {
            a.xor(ecx, ecx);
            a.xsetbv();
        }));
        Assert.Contains("xsetbv at entry", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NoSensitiveInstruction_NothingIsReplaced()
    {
        var image = BareGuest.Build(a => a.ret());
        Assert.Empty(StaticRewriter.Rewrite(image, BuildOutput.Bridge).Sites);
    }

    private static RewrittenSite Single(string name, Action<BareGuest> body, bool andEnter = false)
    {
        var image = BareGuest.Build(a =>
        {
            if (andEnter)
            {
                // Control flow must reach both ways in.
                var both = a.CreateLabel();
                a.test(eax, eax);
                a.jne(both);
                a.Label(ref both);
            }

            body(a);
        });
        return Assert.Single(StaticRewriter.Rewrite(image, BuildOutput.Bridge).Sites, s => s.Name == name);
    }

    private static string Text(RewrittenImage image) => string.Join('\n', image.Sites.Select(s =>
        $"{s.Name}, {s.Form}\n  - {string.Join("; ", s.Before)}\n  + {string.Join("; ", s.After)}" + (s.Trampoline.Count > 0 ? $"\n  > {string.Join("; ", s.Trampoline)}" : ""))) + "\n";
}
