namespace ParaKit.Guest.Tests;

public sealed unsafe class RingTests
{
    [Fact]
    public void SlotCount_IsTheLargestPowerOfTwoThatFits() =>
        Assert.Equal([32u, 256u, 1u, 2048u], [WideRing.SlotCount, NarrowRing.SlotCount, SingleRing.SlotCount, Outer.NestedSlots]);

    [Fact]
    public void Request_IsCopied_BeforeTheOtherSideChangesIt()
    {
        using GuardedPage page = new();
        NarrowRing.FrontEnd front = new(page.Address);
        NarrowRing.BackEnd back = new(page.Address);
        front.TryPutRequest(1);
        front.PushRequests();
        Assert.True(back.TryTakeRequest(out ulong request));
        *(ulong*)(page.Address + 64) = 2;
        Assert.Equal(1u, request);
    }

    [Fact]
    public void FirstRequest_Notifies_AndTheNextOnlyAfterAFinalCheck()
    {
        using GuardedPage page = new();
        NarrowRing.FrontEnd front = new(page.Address);
        NarrowRing.BackEnd back = new(page.Address);
        Assert.False(front.PushRequests());
        Assert.True(Push(front));
        Assert.False(Push(front));
        Assert.True(back.FinalCheckForRequests());
        back.TryTakeRequest(out _);
        back.TryTakeRequest(out _);
        Assert.False(Push(front));
        Assert.True(back.FinalCheckForRequests());
        back.TryTakeRequest(out _);
        Assert.False(back.FinalCheckForRequests());
        Assert.True(Push(front));
    }

    [Fact]
    public void ResponsesThatNobodyAskedFor_BreakTheRing()
    {
        using GuardedPage page = new();
        NarrowRing.FrontEnd front = new(page.Address);
        front.TryPutRequest(1);
        page.Ring->ResponseProducer = 1;
        Assert.False(front.TryTakeResponse(out _));
        Assert.True(front.IsBroken);
        front.PushRequests();
        Assert.False(front.TryTakeResponse(out _));
    }

    [Fact]
    public void RequestsThatGoBack_BreakTheRing()
    {
        using GuardedPage page = new();
        NarrowRing.BackEnd back = new(page.Address);
        page.Ring->RequestProducer = 2;
        Assert.True(back.TryTakeRequest(out _) && back.TryTakeRequest(out _));
        page.Ring->RequestProducer = 1;
        Assert.False(back.TryTakeRequest(out _));
        Assert.True(back.IsBroken);
    }

    private static bool Push(NarrowRing.FrontEnd front)
    {
        Assert.True(front.TryPutRequest(0));
        return front.PushRequests();
    }
}
