using System.Reflection;
using Gatehouse.Protection;
using Gatehouse.Protection.Http;
using Microsoft.AspNetCore.Authorization;

namespace Gatehouse.Tests.Unit.Protection;

/// <summary>The rules about sign-ins on functions and their classes.</summary>
public sealed class StepUpRuleTests
{
    [Fact]
    public void RuleOnTheClass_HoldsForAMethodWithARuleOfItsOwn()
    {
        var rule = AccessRule.Of(Find(nameof(Careful.Write)));

        Assert.Equal(["orders:write"], rule.Scopes);
        Assert.True(rule.RequiresMfa);
        Assert.Equal(TimeSpan.FromMinutes(10), rule.MaxSignInAge);
    }

    [Fact]
    public void RuleOnTheMethod_ReplacesThatOfTheClass() => Assert.Equal(TimeSpan.FromMinutes(2), AccessRule.Of(Find(nameof(Careful.Remove))).MaxSignInAge);

    [Fact]
    public void RuleOnTheClass_LeavesAnonymousMethodsOpen()
    {
        var rule = AccessRule.Of(Find(nameof(Careful.Open)));

        Assert.True(rule.IsAnonymous);
        Assert.False(rule.CanAskForStepUp);
    }

    [Fact]
    public void RuleAlone_LeavesAFunctionRefused_OrUnderTheDefaultRule()
    {
        var function = Find(nameof(Careful.Forgotten));

        Assert.True(AccessRule.Of(function).IsRefused);
        var rule = AccessRule.Of(function, new AuthorizeAttribute());
        Assert.False(rule.IsRefused);
        Assert.True(rule.RequiresMfa);
    }

    [Theory]
    [InlineData(nameof(Careful.OpenWithMfa))]
    [InlineData(nameof(Careful.OpenWithRecentSignIn))]
    public void RuleOnAnAnonymousMethod_IsAContradiction(string method)
    {
        var exception = Assert.Throws<InvalidOperationException>(() => AccessRule.Of(Find(method)));

        Assert.Contains("both [AllowAnonymous] and [RequireMfa]", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Minutes_BelowOne_AreRefused(int minutes) => Assert.Throws<ArgumentOutOfRangeException>(() => new RequireRecentSignInAttribute(minutes));

    private static FunctionEndpoint Find(string method) => new(method, "orders", ["GET"], typeof(Careful).GetMethod(method, BindingFlags.Public | BindingFlags.Static)!);

    [RequireMfa]
    [RequireRecentSignIn(10)]
    private static class Careful
    {
        [Authorize(Policy = "orders:write")]
        public static void Write()
        {
        }

        [Authorize]
        [RequireRecentSignIn(2)]
        public static void Remove()
        {
        }

        [AllowAnonymous]
        public static void Open()
        {
        }

        [AllowAnonymous]
        [RequireMfa]
        public static void OpenWithMfa()
        {
        }

        [AllowAnonymous]
        [RequireRecentSignIn(2)]
        public static void OpenWithRecentSignIn()
        {
        }

        public static void Forgotten()
        {
        }
    }
}
