using System.Net;
using System.Reflection;
using System.Reflection.Emit;
using Gatehouse.Local.Functions;
using Gatehouse.Tests.Integration.LocalHost.Samples;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>Any assembly's functions on Kestrel, without Gatehouse around them: it must answer as the Functions host does.</summary>
public sealed class FunctionHostTests : IAsyncLifetime
{
    private WebApplication _host = null!;
    private HttpClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = new FunctionHostBuilder(new WebApplicationOptions { EnvironmentName = "Development", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration[WebHostDefaults.ServerUrlsKey] = "http://127.0.0.1:0";
        builder.Logging.ClearProviders();
        builder.Services.AddScoped<Visit>();
        builder.AddFunctions(typeof(EchoFunctions).Assembly);
        builder.UseMiddleware<OuterMiddleware>();
        builder.UseMiddleware<InnerMiddleware>();
        _host = builder.Build();
        await _host.StartAsync(TestContext.Current.CancellationToken);
        _client = new HttpClient { BaseAddress = new Uri(_host.Urls.First()) };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task EmptyResult_Is204()
    {
        using var response = await _client.GetAsync(new Uri("/echo/nothing", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NoContent, response.StatusCode);
    }

    [Fact]
    public async Task Exception_Is500_WithAnEmptyBody()
    {
        using var response = await _client.GetAsync(new Uri("/echo/failing", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task TwoRoutesFit_TheFirstByTheFunctionsNamesIsTaken()
    {
        // EchoWord has {word} where EchoYonder has this very segment. ASP.NET Core would take the closer one.
        using var response = await _client.GetAsync(new Uri("/echo/yonder", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("GET yonder q= ", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task RouteValuesQueryHeadersAndBody_ReachTheFunction()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/echo/a%20b?q=1&q=2") { Content = new StringContent("the body") };
        request.Headers.TryAddWithoutValidation("X-Many", ["one", "two"]);

        using var response = await _client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("POST a b q=1,2 X-Many=one, two the body", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal("1,2", response.Headers.GetValues("X-Answer").Single());
        Assert.Equal("visited=yes; path=/; secure; samesite=strict; httponly", response.Headers.GetValues("Set-Cookie").Single());
    }

    [Fact]
    public async Task Head_HasTheHeadersOfGet_AndNoBody()
    {
        using var get = await _client.GetAsync(new Uri("/echo/x", UriKind.Relative), TestContext.Current.CancellationToken);
        using var head = await _client.SendAsync(new HttpRequestMessage(HttpMethod.Head, "/echo/x"), TestContext.Current.CancellationToken);

        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task WrongMethod_WithoutACatchAllFunction_IsAnEmpty404()
    {
        // As in the Functions host, where the method is part of the route.
        using var response = await _client.DeleteAsync(new Uri("/echo/x", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Middleware_RunsInOrder_AndMayAnswerItself()
    {
        using var through = await _client.GetAsync(new Uri("/echo/x", UriKind.Relative), TestContext.Current.CancellationToken);
        using var refused = await _client.GetAsync(new Uri("/echo/refused", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal("inner,outer", string.Join(' ', through.Headers.GetValues("X-Passed")));
        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal("outer", string.Join(' ', refused.Headers.GetValues("X-Passed")));
    }

    [Fact]
    public async Task ScopedServices_AreNewForEachRequest()
    {
        var answers = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            answers.Add(await _client.GetStringAsync(new Uri("/echo/visit", UriKind.Relative), TestContext.Current.CancellationToken));
        }

        Assert.Equal(3, answers.Count);
    }

    [Fact]
    public async Task DisconnectedCaller_CancelsTheFunction()
    {
        using var impatient = new CancellationTokenSource();
        var waiting = _client.GetAsync(new Uri("/echo/waiting", UriKind.Relative), impatient.Token);
        await EchoFunctions.Waiting.Task.WaitAsync(TestContext.Current.CancellationToken);
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await EchoFunctions.Cancelled.Task.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void TwoFunctionsOfOneName_StopTheStart()
    {
        var builder = new FunctionHostBuilder(new WebApplicationOptions { EnvironmentName = "Development" });
        builder.AddFunctions(typeof(EchoFunctions).Assembly);
        builder.AddFunctions(CreateAssemblyWith("EchoNothing"));

        Assert.Contains("Two functions are called EchoNothing", Assert.Throws<InvalidOperationException>(builder.Build).Message, StringComparison.Ordinal);
    }

    // A second function of the same name can't be written beside the first: every test here would stumble over it.
    private static AssemblyBuilder CreateAssemblyWith(string functionName)
    {
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("Another"), AssemblyBuilderAccess.Run);
        var type = assembly.DefineDynamicModule("Another").DefineType("Another", TypeAttributes.Public);
        var method = type.DefineMethod("Run", MethodAttributes.Public | MethodAttributes.Static, typeof(void), [typeof(Microsoft.Azure.Functions.Worker.Http.HttpRequestData)]);
        method.SetCustomAttribute(new CustomAttributeBuilder(typeof(FunctionAttribute).GetConstructors().Single(), [functionName]));
        method.DefineParameter(1, ParameterAttributes.None, "request").SetCustomAttribute(
            new CustomAttributeBuilder(typeof(HttpTriggerAttribute).GetConstructor([typeof(AuthorizationLevel)])!, [AuthorizationLevel.Anonymous]));
        method.GetILGenerator().Emit(OpCodes.Ret);
        type.CreateType();
        return assembly;
    }
}
