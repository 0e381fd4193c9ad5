using System.CommandLine;
using System.CommandLine.Parsing;
using ParaKit.Building;
using ParaKit.Hypervisor.Techniques;

namespace ParaKit.Cli.Commands;

/// <summary><c>--technique</c>: how to run a guest.</summary>
internal sealed class TechniqueOption
{
    private readonly IReadOnlyList<ITechnique> _techniques;
    private readonly Option<ITechnique?> _option;

    /// <summary>Makes the option for a choice of techniques.</summary>
    public TechniqueOption(IReadOnlyList<ITechnique> techniques)
    {
        _techniques = techniques;
        _option = new Option<ITechnique?>("--technique", "-t")
        {
            Description = $"How to run it: {Names}. [default: what the image is made for, else {ImageKind.Paravirt}]",
            HelpName = string.Join('|', techniques.Select(t => t.Name)),
            CustomParser = Parse,
        };
        _option.CompletionSources.Add([.. techniques.Select(t => t.Name)]);
    }

    private string Names => string.Join(", ", _techniques.Select(technique => technique.Name));

    /// <summary>Adds it to a command.</summary>
    public void AddTo(Command command) => command.Options.Add(_option);

    /// <summary>Whether it was given.</summary>
    public bool IsGiven(ParseResult parsed) => parsed.GetResult(_option) is not null;

    /// <summary>The technique that was named, or the one that fits the images.</summary>
    public ITechnique Of(ParseResult parsed, GuestImages images) => parsed.GetValue(_option) ?? DefaultFor(images);

    private ITechnique DefaultFor(GuestImages images)
    {
        var name = images.NamedKind ?? ImageKind.Paravirt;
        return _techniques.FirstOrDefault(technique => technique.Name == name) ?? _techniques[0];
    }

    private ITechnique? Parse(ArgumentResult result)
    {
        var name = result.Tokens[0].Value;
        var technique = _techniques.FirstOrDefault(t => t.Name == name);
        if (technique is null)
        {
            result.AddError($"'{name}' is not a technique. Known techniques: {Names}.");
        }

        return technique;
    }
}
