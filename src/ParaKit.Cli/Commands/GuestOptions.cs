using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Reflection;
using ParaKit.Building;
using ParaKit.Cli.Guests;
using ParaKit.Hardware.Time;
using ParaKit.Hypervisor.Techniques;
using ParaKit.Image;

namespace ParaKit.Cli.Commands;

/// <summary>The argument and options that every command which runs a guest has.</summary>
internal sealed class GuestOptions
{
    /// <summary>Memory of a guest for which none is said.</summary>
    public const ulong DefaultMemoryBytes = 64 << 20;

    private const int MaximumVcpus = 32;

    private readonly Argument<string> _guest = new("guest")
    {
        Description = "A folder with one guest project, a .csproj file, or an image (X.native.elf, X.paravirt.elf).",
    };

    private readonly Option<ulong> _memory = new("--memory")
    {
        Description = "Memory of the guest in bytes, or with K, M or G. [default: 64M]",
        HelpName = "size",
        CustomParser = MemorySize.ParseMemory,
    };

    private readonly Option<string> _commandLine = new("--command-line")
    {
        Description = "Command line that the kernel finds in its start information.",
        HelpName = "text",
    };

    private readonly Option<long> _maxInstructions = new("--max-instructions")
    {
        Description = "Stop a guest that has executed this many instructions; 0 is no limit. [default: 0]",
        HelpName = "number",
        CustomParser = ParseLimit,
    };

    private readonly Option<string> _costs = CostsOption();

    private readonly Option<string[]> _plugins = new("--plugin")
    {
        Description = "Add the instructions and devices of an assembly to the simulated machine; may be given several times.",
        HelpName = "file.dll",
    };

    private readonly Option<string[]> _modules = new("--module")
    {
        Description = "Put a file into the memory of a native kernel, as a module of the PVH start information; may be given several times.",
        HelpName = "file",
    };

    private readonly Option<string[]> _disks = new("--disk")
    {
        Description = "Give the guest a file as a disk: xvda, xvdb, ... for paravirt, ATA for the others; with ',ro' it can only be read. May be given several times.",
        HelpName = "file[,ro]",
    };

    private readonly Option<string[]> _interfaces = new("--vif")
    {
        Description = "Give the guest a network interface at a virtual switch: Xen's for paravirt, an NE2000 card for the others. It is 10.0.0.1, with mac= or ip= another; "
            + "the host's end is 10.255.255.254. With rate=10Mb/s it sends no faster; rule=\"drop out udp dport 53\" and the like are a firewall. May be given several times.",
        HelpName = "switch[,mac=...]",
    };

    private readonly Option<string[]> _forwards = new("--forward")
    {
        Description = "paravirt: let a port of this computer, on its loopback interface only, lead to a guest's, such as 8080:10.0.0.1:80. Such runs do not repeat. May be given several times.",
        HelpName = "port:address:port",
    };

    private readonly Option<string> _capture = new("--pcap")
    {
        Description = "Write all packets of all virtual switches to a file that packet analyzers read.",
        HelpName = "file",
    };

    private readonly Option<int> _vcpus = new("--vcpus")
    {
        Description = "Processors of the guest, 1 to 32, which the kernel starts itself (not kvm). [default: 1]",
        HelpName = "number",
        CustomParser = ParseVcpus,
    };

    private readonly Option<bool> _nested = new("--nested")
    {
        Description = "hardware: the guest can have guests of its own (AMD's SVM).",
    };

    private readonly Option<bool> _umip = new("--umip")
    {
        Description = "trap: the machine raises #GP for SGDT, SIDT, SLDT, SMSW and STR outside privilege level 0 (CR4.UMIP).",
    };

    private readonly Option<bool> _patchSilent = new("--patch-silent")
    {
        Description = "trap: put breakpoints in place of the sensitive instructions that do not trap.",
    };

    private readonly Option<string> _configuration = new("--configuration", "-c")
    {
        Description = $"Configuration in which a guest project is built. [default: {OwnConfiguration}]",
        HelpName = "name",
    };

    private readonly Option<bool> _noBuild = new("--no-build")
    {
        Description = "Use the images of an earlier build.",
    };

    private readonly Option<bool> _json = ReportOptions.Json();

    /// <summary>The configuration this program itself was built in.</summary>
    internal static string OwnConfiguration =>
        typeof(GuestOptions).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()?.Configuration ?? "Release";

    /// <summary>Adds everything to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="isGuestOptional">Whether it can do without the guest.</param>
    public void AddTo(Command command, bool isGuestOptional = false)
    {
        _guest.Arity = isGuestOptional ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne;
        command.Arguments.Add(_guest);
        Option[] options = [_memory, _commandLine, _maxInstructions, _costs, _plugins, _modules, _disks, _interfaces, _vcpus, _nested, _umip, _patchSilent, _configuration, _noBuild, _json];
        foreach (var option in options)
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Refuses what only paravirtual guests have.</summary>
    public void RequireParavirtForForwards(ParseResult parsed, string technique)
    {
        if (parsed.GetResult(_forwards) is not null && technique != "paravirt")
        {
            throw new UsageException($"--forward is for paravirtual guests, not for the technique '{technique}'.");
        }
    }

    /// <summary>Adds what concerns the network of a single run.</summary>
    public void AddNetworkTo(Command command)
    {
        command.Options.Add(_capture);
        command.Options.Add(_forwards);
    }

    /// <summary>Whether JSON is wanted.</summary>
    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <summary>Whether the guest was given.</summary>
    public bool HasGuest(ParseResult parsed) => parsed.GetResult(_guest) is { Tokens.Count: > 0 };

    /// <summary>Whether the kernel's command line was given.</summary>
    public bool HasCommandLine(ParseResult parsed) => parsed.GetResult(_commandLine) is not null;

    /// <summary>The first option given that a file of guests settles, or that concerns other techniques; null if none is.</summary>
    public string? WhatConfigSettles(ParseResult parsed) =>
        new Option[] { _memory, _commandLine, _modules, _disks, _interfaces, _vcpus, _nested, _umip, _patchSilent, _configuration, _noBuild, _json }
            .FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false })?.Name;

    /// <summary>What to find and, if it is a project, how to build it.</summary>
    public GuestRequest Request(ParseResult parsed) => new(parsed.GetRequiredValue(_guest))
    {
        Configuration = parsed.GetValue(_configuration) ?? OwnConfiguration,
        Build = !parsed.GetValue(_noBuild),
    };

    /// <summary>The run that the options describe.</summary>
    public RunRequest Run(ParseResult parsed, KernelImage image, CancellationToken cancellation) => new(image)
    {
        MemoryBytes = parsed.GetResult(_memory) is null ? DefaultMemoryBytes : parsed.GetValue(_memory),
        CommandLine = parsed.GetValue(_commandLine) ?? "",
        MaxInstructions = parsed.GetValue(_maxInstructions),
        Costs = ParseCosts(parsed.GetValue(_costs)),
        Extensions = [.. (parsed.GetValue(_plugins) ?? []).SelectMany(PluginLoader.Load)],
        Modules = [.. (parsed.GetValue(_modules) ?? []).Select(ReadModule)],
        Disks = [.. (parsed.GetValue(_disks) ?? []).Select(ParseDisk)],
        Forwards = [.. (parsed.GetValue(_forwards) ?? []).Select(ParseForward)],
        Interfaces = [.. (parsed.GetValue(_interfaces) ?? []).Select(ParseInterface)],
        Vcpus = parsed.GetResult(_vcpus) is null ? 1 : parsed.GetValue(_vcpus),
        NestedVirtualization = parsed.GetValue(_nested),
        Umip = parsed.GetValue(_umip),
        PatchSilent = parsed.GetValue(_patchSilent),
        Cancellation = cancellation,
    };

    private static ReadOnlyMemory<byte> ReadModule(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--module: {exception.Message}");
        }
    }

    /// <summary>The file that packets are to be written to, opened; null for none.</summary>
    public Stream? OpenCapture(ParseResult parsed)
    {
        try
        {
            return parsed.GetValue(_capture) is { } path ? new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read) : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UsageException($"--pcap: {exception.Message}");
        }
    }

    private static VifOptions ParseInterface(string text)
    {
        try
        {
            return VifOptions.Parse(text);
        }
        catch (FormatException exception)
        {
            throw new UsageException($"--vif: {exception.Message}.");
        }
    }

    private static ForwardOptions ParseForward(string text)
    {
        try
        {
            return ForwardOptions.Parse(text);
        }
        catch (FormatException exception)
        {
            throw new UsageException($"--forward: {exception.Message}.");
        }
    }

    /// <summary>Reads "file" or "file,ro".</summary>
    public static DiskOptions ParseDisk(string text)
    {
        const string ReadOnly = ",ro";
        return text.EndsWith(ReadOnly, StringComparison.Ordinal) ? new DiskOptions(text[..^ReadOnly.Length], IsReadOnly: true) : new DiskOptions(text, IsReadOnly: false);
    }

    /// <summary>The option that names a cost profile.</summary>
    public static Option<string> CostsOption() => new("--costs")
    {
        Description = $"What operations cost in modelled cycles: {string.Join(", ", CostProfileFile.BuiltIn)}, or a JSON file. [default: {CostProfile.Default.Name}]",
        HelpName = "profile",
    };

    /// <summary>The cost profile of that option.</summary>
    /// <exception cref="UsageException">There is none of that name, or the file is none.</exception>
    public static CostProfile ParseCosts(string? nameOrPath)
    {
        try
        {
            return nameOrPath is null ? CostProfile.Default : CostProfileFile.Load(nameOrPath);
        }
        catch (CostProfileException exception)
        {
            throw new UsageException($"--costs: {exception.Message}");
        }
    }


    private static int ParseVcpus(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is < 1 or > MaximumVcpus)
        {
            result.AddError($"--vcpus: '{text}' is not a number from 1 to {MaximumVcpus}.");
        }

        return count;
    }

    private static long ParseLimit(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit))
        {
            result.AddError($"--max-instructions: '{text}' is not a number of instructions.");
        }

        return limit;
    }
}
