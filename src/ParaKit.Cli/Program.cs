using ParaKit.Cli;
using ParaKit.Hypervisor.Techniques;

return await new Application(Terminal.OfProcess(), TechniqueTable.All).RunAsync(args).ConfigureAwait(false);
