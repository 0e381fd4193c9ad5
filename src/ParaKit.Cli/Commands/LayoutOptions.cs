using System.CommandLine;
using ParaKit.Rewriter.Classification;

namespace ParaKit.Cli.Commands;

/// <summary>Under what circumstances a kernel would be deprivileged.</summary>
internal sealed class LayoutOptions
{
    private readonly Option<bool> _umip = new("--umip")
    {
        Description = "The processor has UMIP, and the monitor sets it: SGDT, SIDT, SLDT, SMSW and STR trap.",
    };

    private readonly Option<int> _iopl = new("--iopl")
    {
        Description = "I/O privilege level that the monitor gives the kernel, 0 to 3. [default: 0]",
        HelpName = "level",
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _iopl.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > RingLayout.KernelLevel)
            {
                result.AddError("--iopl is a privilege level from 0 to 3.");
            }
        });
        command.Options.Add(_umip);
        command.Options.Add(_iopl);
    }

    /// <summary>What the user gave.</summary>
    public RingLayout Layout(ParseResult parsed) => new(parsed.GetValue(_umip), parsed.GetValue(_iopl));
}
