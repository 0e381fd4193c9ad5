using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;
using Microsoft.CodeAnalysis;
using ParaKit.Analyzers.Drivers;
using ParaKit.Analyzers.Files;
using ParaKit.Analyzers.Flow;
using ParaKit.SensitiveOperations;

namespace ParaKit.Analyzers.Rules;

/// <summary>
/// PK0303 and PK0401 to PK0406: the protocol between front end and back end, along the paths of one method. One analyzer, because all need
/// the same look at what a method touches.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class SplitDriverRule : GuestRule
{
    private static readonly DiagnosticDescriptor s_notification = Describe(
        RuleIds.UncheckedNotification,
        "Notification without need",
        "Entries were published and the other side's event index was not looked at: this notifies for each of them, at the price of a hypercall and a wake-up",
        RuleIds.PerformanceCategory,
        DiagnosticSeverity.Info);

    private static readonly DiagnosticDescriptor s_doubleFetch = Describe(
        RuleIds.DoubleFetch,
        "Shared memory is read twice",
        "'{0}' was read in line {1} already, and the other side may have changed it since: what was checked is not what is used; copy it once to a local");

    private static readonly DiagnosticDescriptor s_publication = Describe(
        RuleIds.UnorderedPublication,
        "Index published without a write barrier",
        "'{0}' publishes entries that may not be visible yet: a write barrier belongs between them, or use 'Volatile.Write'");

    private static readonly DiagnosticDescriptor s_finalCheck = Describe(
        RuleIds.MissingFinalCheck,
        "Sleep without a final check",
        "The ring was found empty, but no notification was asked for, or not looked again after that: '{0}' may sleep for ever");

    private static readonly DiagnosticDescriptor s_index = Describe(
        RuleIds.UnmaskedIndex,
        "Ring index is not masked",
        "'{0}' runs freely through 32 bits and chooses a slot only after '& (slot count - 1)'");

    private static readonly DiagnosticDescriptor s_lost = Describe(
        RuleIds.LostGrant,
        "Grant is not ended on some path",
        "The grant made here is neither ended nor handed over on a path to the end of '{0}': the other domain keeps its access to the frame");

    private static readonly DiagnosticDescriptor s_ended = Describe(
        RuleIds.EndedGrant,
        "Grant is used after its end",
        "The grant '{0}' was ended on a path that leads here; its entry may stand for another frame by now");

    /// <summary>Creates the rule.</summary>
    public SplitDriverRule()
        : base([s_notification, s_doubleFetch, s_publication, s_finalCheck, s_index, s_lost, s_ended], GeneratedCodeAnalysisFlags.None)
    {
    }

    private protected override bool AppliesTo(GuestBuild guest) => !guest.Compilation.GetTypesByMetadataName(GuestApi.SharedMemoryAttribute).IsEmpty;

    private protected override void Register(CompilationStartAnalysisContext context, GuestBuild guest)
    {
        DriverApi api = new();
        OnBodies(context, guest, Topics.Drivers, body => Check(body, api));
    }

    private static void Check(GuestBody context, DriverApi api)
    {
        foreach (IOperation root in GuestBody.Roots(context.Syntax, context.Model, context.CancellationToken))
        {
            DriverRoles touched = root.Descendants().Aggregate(DriverRoles.None, (roles, operation) => roles | Touched(operation, api));
            if (touched != DriverRoles.None && root.Flow() is { } graph)
            {
                new Checks(context, api, touched).All(graph);
            }
        }
    }

    private static DriverRoles Touched(IOperation operation, DriverApi api) => operation switch
    {
        IFieldReferenceOperation field => api.RolesOf(field.Field),
        IInvocationOperation call => api.RolesOf(call.TargetMethod) & ~(DriverRoles.DoesNotReturn | DriverRoles.VolatileRead | DriverRoles.VolatileWrite | DriverRoles.WriteBarrier),
        _ => api.IsSharedWhole(operation) ? DriverRoles.SharedMemory : DriverRoles.None,
    };

    private static DiagnosticDescriptor Describe(
        string id, string title, string message, string category = RuleIds.DriverCategory, DiagnosticSeverity severity = DiagnosticSeverity.Warning) =>
        new(id, title, message, category, severity, isEnabledByDefault: true, helpLinkUri: RuleIds.Pages + id + ".md");

    /// <summary>The flows that one body needs. An operation may be visited several times; each finding is reported once.</summary>
    private sealed class Checks(GuestBody context, DriverApi api, DriverRoles touched)
    {
        private const DriverRoles Indices = DriverRoles.ProducerIndex | DriverRoles.ConsumerIndex;
        private readonly HashSet<(string Id, Location Location)> _reported = [];

        internal void All(ControlFlowGraph body)
        {
            foreach (ControlFlowGraph graph in body.WithNested())
            {
                CheckMemory(graph);
                CheckRing(graph);
                if ((touched & (DriverRoles.AcquiresGrant | DriverRoles.EndsGrant)) != 0)
                {
                    new GrantFlow(
                        graph,
                        api,
                        call => Report(s_lost, call.Syntax, context.OwningSymbol.Name),
                        use => Report(s_ended, use.Syntax, use.Syntax.ToString())).Run();
                }
            }
        }

        private void CheckMemory(ControlFlowGraph graph)
        {
            if ((touched & DriverRoles.SharedMemory) != 0)
            {
                new DoubleFetchFlow(graph, api, (second, first) =>
                    Report(s_doubleFetch, second.Operation.Syntax, second.Operation.Syntax.ToString(), first.Operation.Syntax.GetLocation().GetLineSpan().StartLinePosition.Line + 1)).TryRun([], out _);
            }

            if ((touched & Indices) != 0)
            {
                new IndexFlow(graph, api, index => Report(s_index, index.Syntax, index.Syntax.ToString())).TryRun(IndexFlow.None, out _);
            }
        }

        private void CheckRing(ControlFlowGraph graph)
        {
            if ((touched & (DriverRoles.ProducerIndex | DriverRoles.EventIndex | DriverRoles.TakesEntry | DriverRoles.NotifyCheck)) == 0)
            {
                return;
            }

            new PublicationFlow(graph, api, (store, field) => Report(s_publication, store.Syntax, field.Syntax.ToString())).TryRun(PublicationFlow.Unordered, out _);
            if ((touched & DriverRoles.MaySleep) != 0)
            {
                new FinalCheckFlow(graph, api, call => Report(s_finalCheck, call.Syntax, call.TargetMethod.Name)).TryRun(FinalCheckFlow.Idle, out _);
            }

            if ((touched & DriverRoles.NotifiesPeer) != 0)
            {
                new NotifyFlow(graph, api, call => Report(s_notification, call.Syntax)).TryRun(NotifyFlow.Checked, out _);
            }
        }

        private void Report(DiagnosticDescriptor rule, SyntaxNode node, params object[] arguments)
        {
            if (_reported.Add((rule.Id, node.GetLocation())))
            {
                context.ReportDiagnostic(Diagnostic.Create(rule, node.GetLocation(), arguments));
            }
        }
    }
}
