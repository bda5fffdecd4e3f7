using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Gatehouse.Tests.Integration.Hosting;

namespace Gatehouse.Tests.Integration.LocalHost;

/// <summary>What was answered with success is there after the process was killed in the middle of concurrent writes.</summary>
public sealed class KillTests : IDisposable
{
    private const int Writers = 8;
    private const int AnswersBeforeTheEnd = 150;

    // The states that a product may be in: the one of the last answer, and the one that was asked for after it.
    // A name, or null for a product that is gone.
    private readonly ConcurrentDictionary<string, (string? Answered, string? Asked)> _products = new();
    private readonly TemporaryFolder _folder = new();
    private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _answers;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_DuringConcurrentWrites_LosesNothingThatWasAnswered()
    {
        await using (var first = await HostProcess.StartAsync(_folder.Path))
        {
            using var admin = await DemoEnvironment.SignInAsync(first, _folder.Path, "admin");
            var writers = Enumerable.Range(0, Writers).Select(writer => Task.Run(() => WriteUntilTheEndAsync(admin, writer))).ToArray();
            await Task.WhenAny(_enough.Task, Task.WhenAll(writers)).WaitAsync(Cancellation);
            first.Kill();
            await Task.WhenAll(writers);
        }

        await using var second = await HostProcess.StartAsync(_folder.Path);
        using var reader = await DemoEnvironment.SignInAsync(second, _folder.Path, "viewer");
        Assert.True(_answers >= AnswersBeforeTheEnd);
        foreach (var (path, (answered, asked)) in _products)
        {
            Assert.Contains(await FindNameAsync(reader, path), (string?[])[answered, asked]);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static async Task<string?> FindNameAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path, Cancellation);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return (await response.ReadJsonAsync()).GetProperty("name").GetString();
    }

    private static StringContent Describe(string name) => SizedJson.Create(new { name, category = "Kill", price = 1.5m, currency = "EUR" });

    /// <summary>Adds products, replaces a third of them and removes another, until the process is gone.</summary>
    private async Task WriteUntilTheEndAsync(HttpClient client, int writer)
    {
        try
        {
            for (var i = 0; ; i++)
            {
                var name = $"Product {writer}-{i}";
                using var created = await client.PostAsync("/api/products", Describe(name), Cancellation);
                Assert.Equal(HttpStatusCode.Created, created.StatusCode);
                var path = created.Headers.Location!.ToString();
                Answered(path, name);
                if (i % 3 == 1)
                {
                    await ChangeAsync(client, HttpMethod.Put, path, created.Headers.ETag!, name, name + " changed");
                }
                else if (i % 3 == 2)
                {
                    await ChangeAsync(client, HttpMethod.Delete, path, created.Headers.ETag!, name, newName: null);
                }
            }
        }
        catch (HttpRequestException)
        {
            // Killed.
        }
    }

    private async Task ChangeAsync(HttpClient client, HttpMethod method, string path, EntityTagHeaderValue etag, string name, string? newName)
    {
        _products[path] = (name, newName);
        using var request = new HttpRequestMessage(method, path) { Content = newName is null ? null : Describe(newName) };
        request.Headers.IfMatch.Add(etag);
        using var response = await client.SendAsync(request, Cancellation);
        Assert.True(response.IsSuccessStatusCode, $"{method} was answered with {response.StatusCode}.");
        Answered(path, newName);
    }

    private void Answered(string path, string? name)
    {
        _products[path] = (name, name);
        if (Interlocked.Increment(ref _answers) == AnswersBeforeTheEnd)
        {
            _enough.TrySetResult();
        }
    }
}
