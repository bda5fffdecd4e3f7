using Gatehouse.Tests.Integration.Hosting;
using Gatehouse.Tests.Integration.LocalHost;

namespace Gatehouse.Tests.Integration.Requests;

/// <summary>The requests that come with the docs are sent to local/Host as it starts for a newcomer.</summary>
public sealed class RequestFileTests
{
    [Fact]
    public async Task HttpFile_GetsTheAnswersThatItsTitlesPromise()
    {
        using var folder = new TemporaryFolder();
        await using var host = await HostProcess.StartAsync(folder.Path);
        var demo = DemoEnvironment.Read(folder.Path);
        using var client = new HttpClient();
        var file = new HttpFile(
            await File.ReadAllTextAsync(RepositoryFolder.PathOf("docs/gatehouse.http"), TestContext.Current.CancellationToken),
            new Dictionary<string, string>
            {
                ["url"] = host.Url.GetLeftPart(UriPartial.Authority),
                ["editorPassword"] = demo["EDITOR_PASSWORD"],
                ["clientSecret"] = demo["CLIENT_SECRET"],
            });

        var seen = await file.SendAsync(client);

        Assert.Equal(
            [401, 200, 200, 200, 200, 201, 200, 200, 403, 200, 200, 200, 200, 204, 200],
            seen.Select(static answer => answer.Status));
    }
}
