using ParaKit.Cli;
using ParaKit.Hypervisor.Techniques;

return await new Application(Terminal.OfProcess(), TechniqueTable.WithHost).RunAsync(args).ConfigureAwait(false);
