using Gatehouse.Local.Functions;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Http;

namespace Gatehouse.Tests.Unit.Local;

/// <summary>What can't be run, or not told apart, stops the start with a message that names it.</summary>
public sealed class LocalFunctionTests
{
    [Theory]
    [InlineData(typeof(SameName), "Two functions are called Orders. Rename one of them.")]
    [InlineData(typeof(SameRoute), "Two functions answer GET Orders/{name}: First and Second.")]
    [InlineData(typeof(SameCatchAll), "Two functions answer every method of {*path}: First and Second.")]
    [InlineData(typeof(ParameterNotInTheRoute), "The parameter nmae of the function First can't be bound here")]
    [InlineData(typeof(ParameterOfAnotherType), "The parameter id of the function First can't be bound here")]
    [InlineData(typeof(BodyAsText), "The parameter body of the function First can't be bound here")]
    [InlineData(typeof(ResultOfAnotherType), "The function First returns String")]
    [InlineData(typeof(TwoConstructors), "The class TwoConstructors of the function First must have exactly one public constructor.")]
    [InlineData(typeof(NoRoute), "The route 'orders/{' of the function First is not a route template")]
    public void FindAll_WhatCantBeRun_IsNamed(Type functions, string expected)
    {
        var error = Assert.Throws<InvalidOperationException>(() => LocalFunction.FindAll([functions]));

        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FindAll_RoutesThatCanBeToldApart_MayStandSideBySide()
    {
        var functions = LocalFunction.FindAll([typeof(Different)]);

        Assert.Equal(["GET ", "GET orders", "POST orders", " orders", "GET orders/{id:int}", "GET orders/{name}"],
            functions.Select(static function => $"{string.Join(',', function.Methods)} {function.Route.RawText}"));
    }

    [Fact]
    public void FindAll_MethodsThatAreNoHttpFunctions_AreLeftOut() => Assert.Empty(LocalFunction.FindAll([typeof(LocalFunctionTests)]));

    private static class SameName
    {
        [Function("orders")]
        public static void First([HttpTrigger(AuthorizationLevel.Anonymous, Route = "a")] HttpRequestData request) => _ = request;

        [Function("Orders")]
        public static void Second([HttpTrigger(AuthorizationLevel.Anonymous, Route = "b")] HttpRequestData request) => _ = request;
    }

    private static class SameRoute
    {
        [Function("First")]
        public static void First([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "orders/{id}")] HttpRequestData request) => _ = request;

        [Function("Second")]
        public static void Second([HttpTrigger(AuthorizationLevel.Anonymous, "post", "GET", Route = "Orders/{name}")] HttpRequestData request) => _ = request;
    }

    private static class SameCatchAll
    {
        [Function("First")]
        public static void First([HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*rest}")] HttpRequestData request) => _ = request;

        [Function("Second")]
        public static void Second([HttpTrigger(AuthorizationLevel.Anonymous, Route = "{*path}")] HttpRequestData request) => _ = request;
    }

    private static class ParameterNotInTheRoute
    {
        [Function("First")]
        public static void First([HttpTrigger(AuthorizationLevel.Anonymous, Route = "orders/{name}")] HttpRequestData request, string nmae) => _ = request.Method + nmae;
    }

    private static class ParameterOfAnotherType
    {
        [Function("First")]
        public static void First([HttpTrigger(AuthorizationLevel.Anonymous, Route = "orders/{id}")] HttpRequestData request, Uri id) => _ = request.Method + id;
    }

    private static class BodyAsText
    {
        [Function("First")]
        public static void First([HttpTrigger(AuthorizationLevel.Anonymous)] string body) => _ = body;
    }

    private static class ResultOfAnotherType
    {
        [Function("First")]
        public static string First([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request) => request.Method;
    }

    private sealed class TwoConstructors
    {
        private readonly string _text = "";

        public TwoConstructors()
        {
        }

        public TwoConstructors(string text) => _text = text;

        [Function("First")]
        public void First([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequestData request) => _ = request.Method + _text;
    }

    private static class NoRoute
    {
        [Function("First")]
        public static void First([HttpTrigger(AuthorizationLevel.Anonymous, Route = "orders/{")] HttpRequestData request) => _ = request;
    }

    private static class Different
    {
        [Function("Home")]
        public static void Home([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "")] HttpRequestData request) => _ = request;

        [Function("List")]
        public static void List([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "orders")] HttpRequestData request) => _ = request;

        [Function("Add")]
        public static void Add([HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "orders")] HttpRequestData request) => _ = request;

        [Function("Rest")]
        public static void Rest([HttpTrigger(AuthorizationLevel.Anonymous, Route = "orders")] HttpRequestData request) => _ = request;

        [Function("ByNumber")]
        public static void ByNumber([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "orders/{id:int}")] HttpRequestData request, string id) => _ = request.Method + id;

        [Function("ByName")]
        public static void ByName([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "orders/{name}")] HttpRequestData request, string name) => _ = request.Method + name;
    }
}
