using ParaKit.Analyzers.Rules;
using ParaKit.CodeFixes.Rules;
using ParaKit.RoslynTesting;

namespace ParaKit.Analyzers.Tests.Fixes;

/// <summary>PK01xx: what can go away because it never ran.</summary>
public sealed class FreestandingFixTests
{
    [Fact]
    public Task Catches_GoAway_AndWhatWasTriedStays() => FixCheck.FixesAllAsync<CatchClauseRule, CatchClauseFix>(
        """
        using System;
        class Kernel
        {
            int M(int n)
            {
                // first
                try
                {
                    int k = n;
                    Use(k);
                }
                catch (InvalidOperationException)
                {
                    n = 3;
                }
                catch (Exception e) when (e.Message == "")
                {
                    throw;
                } // last

                try { Use(1); } catch { try { Use(2); } catch { } } finally { Use(3); }
                try
                {
                    try { Use(4); } catch { }
                }
                catch
                {
                }

                try { return n; } catch { return -1; }
            }

            static void Use(int n) { }
        }
        """,
        """
        using System;
        class Kernel
        {
            int M(int n)
            {
                // first
                {
                    int k = n;
                    Use(k);
                } // last

                try { Use(1); } finally { Use(3); }
                {
                    { Use(4); }
                }

                { return n; }
            }

            static void Use(int n) { }
        }
        """);

    [Theory]
    [InlineData("bool M() { try { Use(); return true; } catch { } return false; }")]
    [InlineData("void M() { while (true) { try { Use(); return; } catch (System.Exception) { Use(); } } }")]
    public Task ClauseThatOnlyLeadsOn_IsLeftToTheAuthor(string member) =>
        FixCheck.OffersNothingAsync<CatchClauseRule, CatchClauseFix>($"class Kernel {{ {member} static void Use() {{ }} }}");

    [Fact]
    public Task Finalizers_BecomeDispose() => FixCheck.FixesAllAsync<FinalizerRule, FinalizerFix>(
        """
        using System;
        class Plain
        {
            // frees
            ~Plain()
            {
                Use();
            }

            protected static void Use() { }
        }

        class Derived<T> : Plain // kept
        {
            ~Derived() => Use();
        }

        unsafe class Page : IDisposable, ICloneable
        {
            ~Page() => Dispose();

            public object Clone() => this;

            public void Dispose() { }
        }

        class Outer { class Inner { ~Inner() { } } ~Outer() { } }
        """,
        """
        using System;
        class Plain : IDisposable
        {
            // frees
            public void Dispose()
            {
                Use();
            }

            protected static void Use() { }
        }

        class Derived<T> : Plain // kept
        {
            ~Derived() => Use();
        }

        unsafe class Page : IDisposable, ICloneable
        {

            public object Clone() => this;

            public void Dispose() { }
        }

        class Outer : IDisposable { class Inner : IDisposable { public void Dispose() { } } public void Dispose() { } }
        """);

    [Theory]
    [InlineData("class A { public void Dispose(bool now) { } ~A() { } }")]
    [InlineData("class B : System.IO.MemoryStream { ~B() { } }")]
    [InlineData("class C<T> where T : class { ~C() { } }")]
    public Task OtherFinalizers_AreLeftToTheAuthor(string source) => FixCheck.OffersNothingAsync<FinalizerRule, FinalizerFix>(source);

    [Fact]
    public Task Async_GoesAway_WhereNothingIsAwaited() => FixCheck.FixesAllAsync<AsyncRule, AsyncFix>(
        """
        using System;
        class Kernel
        {
            // leave
            async void A() { }
            private async void B()
            {
                async void Local() { }
                Action act = async () => { Local(); };
                act();
            }
        }
        """,
        """
        using System;
        class Kernel
        {
            // leave
            void A() { }
            private void B()
            {
                void Local() { }
                Action act = () => { Local(); };
                act();
            }
        }
        """);

    [Theory]
    [InlineData("async void A() { await System.Threading.Tasks.Task.Yield(); }")]
    [InlineData("async System.Threading.Tasks.Task A() { }")]
    public Task AsyncThatWaits_IsLeftToTheAuthor(string member) => FixCheck.OffersNothingAsync<AsyncRule, AsyncFix>($"class Kernel {{ {member} }}");

    [Fact]
    public Task Directive_GoesAway_WhereNothingNeedsIt() => FixCheck.FixesAllAsync<LinqRule, LinqFix>(
        "using System;\nusing System.Linq;\nusing System.Linq.Expressions;\nclass K { Action? _a; }\n",
        "using System;\nclass K { Action? _a; }\n");

    [Theory]
    [InlineData("using System.Linq;\nclass K { int M(int[] a) => a.Count(); }")]
    [InlineData("using System.Linq;\nclass K { object M(int[] a) => from x in a select x; }")]
    [InlineData("// the file's\nusing System.Linq;\nclass K { }")]
    [InlineData("global using System.Linq;\nclass K { }")]
    public Task DirectiveThatIsNeeded_IsLeftToTheAuthor(string source) => FixCheck.OffersNothingAsync<LinqRule, LinqFix>(source);

    [Fact]
    public Task Virtual_GoesAway_WhereNothingOverrides() => FixCheck.FixesAllAsync<UnsupportedGenericVirtualOrArrayRule, GenericVirtualFix>(
        "class K { /* a */ public virtual T A<T>(T t) => t; internal virtual void B<T>() { } virtual protected void C<T>() { } }",
        "class K { /* a */ public T A<T>(T t) => t; internal void B<T>() { } protected void C<T>() { } }");

    [Theory]
    [InlineData("class K { public virtual void A<T>() { } } class L : K { public override void A<T>() { } }")]
    [InlineData("class K : I { public virtual void A<T>() { } } interface I { void A<T>(); }")]
    [InlineData("abstract class K { public abstract void A<T>(); }")]
    [InlineData("class K { int[,]? _a; }")]
    public Task Others_AreLeftToTheAuthor(string source) => FixCheck.OffersNothingAsync<UnsupportedGenericVirtualOrArrayRule, GenericVirtualFix>(source);
}
