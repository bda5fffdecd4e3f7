using System.Net;
using System.Net.Http.Json;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.Http;

/// <summary>
/// The worker runs a function of a class that is not public through its DefaultFunctionExecutor, which hands an exception of
/// an asynchronous function on inside an AggregateException (azure-functions-dotnet-worker issue 993).
/// </summary>
public sealed class WorkerExceptionTests : GatehouseTest
{
    private protected override GatehouseHostOptions CreateOptions() => new()
    {
        // Added last, so it stands where the worker's executor does.
        Configure = static builder => builder.Use(static next => context => WrapExceptionsAsync(next(context))),
    };

    [Fact]
    public async Task ProblemOfAFunction_LeavesAsTheProblem()
    {
        using var response = await Host.Client.PostAsJsonAsync("/authenticate", new { username = "ada" }, TestContext.Current.CancellationToken);

        await response.ReadProblemAsync(HttpStatusCode.BadRequest, "invalid-request");
    }

    [Fact]
    public async Task OAuthErrorOfAFunction_LeavesAsTheOAuthError()
    {
        using var response = await Host.PostFormAsync("/token", ("grant_type", "password"));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("unsupported_grant_type", (await response.ReadJsonAsync()).GetProperty("error").GetString());
    }

    [Fact]
    public async Task UnforeseenException_IsLoggedAsItself()
    {
        using var response = await Host.GetAsync("/sample/failing");

        await response.ReadProblemAsync(HttpStatusCode.InternalServerError, "internal-error");
        Assert.Contains(Host.Logs.GetSnapshot(), static record => record.Exception is InvalidOperationException);
    }

    private static async Task WrapExceptionsAsync(Task execution)
    {
        // Reading the result of a task that has failed is what wraps.
        await execution.ContinueWith(
            static done => done.Wait(),
            TestContext.Current.CancellationToken,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
