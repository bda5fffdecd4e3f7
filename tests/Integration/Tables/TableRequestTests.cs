using System.Text;
using System.Text.RegularExpressions;
using Gatehouse.Storage;
using Gatehouse.Storage.Tables;
using Gatehouse.Tests.Integration.Stores;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Time.Testing;

namespace Gatehouse.Tests.Integration.Tables;

/// <summary>What the stores ask of the storage, and what they make of answers that are rare.</summary>
public sealed partial class TableRequestTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private StorageProxy _proxy = null!;
    private TableStores _stores = null!;
    private TableStores _direct = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var azurite = await Azurite.GetAsync();
        var prefix = Azurite.CreatePrefix();
        _proxy = await StorageProxy.StartAsync(azurite);
        _stores = new TableStores(azurite.ConnectionStringAt(_proxy.Uri), prefix, _time);
        _direct = new TableStores(azurite.ConnectionString, prefix, _time);
    }

    public ValueTask DisposeAsync() => _proxy.DisposeAsync();

    [Fact]
    public async Task RepeatedReplace_AfterAnotherWriter_IsAConflict()
    {
        var ada = await _direct.Users.TryAddAsync(Samples.User(), Cancellation);
        _proxy.Intercept = async (number, context) =>
        {
            if (number == 1)
            {
                await _direct.Users.TryReplaceAsync(ada! with { PasswordHash = "theirs" }, Cancellation);
                context.Abort();
            }

            return number == 1;
        };

        Assert.Null(await _stores.Users.TryReplaceAsync(ada! with { PasswordHash = "ours" }, Cancellation));

        Assert.True(_proxy.Requests > 1);
        Assert.Equal("theirs", (await _direct.Users.FindAsync(ada!.Name, Cancellation))!.PasswordHash);
    }

    [Fact]
    public async Task AddFamily_BrokenOffAfterItsFirstWrite_LeavesTheNoteAndNoFamily()
    {
        await _direct.Families.AddAsync(Samples.Family(), Cancellation);
        var family = Samples.Family();
        _proxy.Fail(StorageFault.ResetBefore, static number => number > 1);

        await Assert.ThrowsAsync<StorageUnavailableException>(() => _stores.Families.AddAsync(family, Cancellation));

        Assert.Null(await _direct.Families.FindAsync(family.Id, Cancellation));
        Assert.Equal(2, await _direct.Families.RemoveExpiredAsync(Samples.Now.AddDays(31), 10, Cancellation));
    }

    [Fact]
    public async Task Query_PageThatTheStorageEndsEarly_GoesOn()
    {
        for (var number = 0; number < 5; number++)
        {
            await _direct.Clients.TryAddAsync(Samples.Client($"importer-{number}"), Cancellation);
        }

        // As where a partition of the storage's own ends: fewer than were asked for, and where to go on.
        _proxy.Intercept = static (_, context) =>
        {
            var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
            request.RawTarget = request.RawTarget.Replace("top=1000", "top=2", StringComparison.Ordinal);
            return Task.FromResult(false);
        };

        var page = await _stores.Clients.ListAsync(null, 999, Cancellation);

        Assert.Equal(5, page.Items.Count);

        // Three for the clients, one for their last uses.
        Assert.Equal(4, _proxy.Requests);
    }

    [Theory]
    [InlineData(StatusCodes.Status401Unauthorized)]
    [InlineData(StatusCodes.Status403Forbidden)]
    public async Task Refused_IsUnavailable_AndSaysWhichRoleIsMissing(int status)
    {
        _proxy.Intercept = (_, context) =>
        {
            context.Response.StatusCode = status;
            return Task.FromResult(true);
        };

        var exception = await Assert.ThrowsAsync<StorageUnavailableException>(() => _stores.Users.FindAsync(Samples.Name("ada"), Cancellation));

        Assert.Contains("Storage Table Data Contributor", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RemoveExpired_MoreNotesOfAnHourThanFitATransaction_GoInSeveral()
    {
        // The first digit of the hash is part of the partition.
        var families = Enumerable.Repeat(0, int.MaxValue).Select(static _ => Samples.Family()).Where(static family => TableKey.Of(family.Id)[0] == '0').Take(120);
        await Parallel.ForEachAsync(families.ToArray(), Cancellation, async (family, _) => await _direct.Families.AddAsync(family, Cancellation));
        var sizes = WatchTransactions();

        Assert.Equal(120, await _stores.Families.RemoveExpiredAsync(Samples.Now.AddDays(31), 500, Cancellation));

        Assert.Equal([20, 100], sizes.Where(static size => size > 1).Order());
    }

    // How many entities each of them removes.
    private List<int> WatchTransactions()
    {
        var sizes = new List<int>();
        _proxy.Intercept = async (_, context) =>
        {
            if (context.Request.Path.Value!.EndsWith("$batch", StringComparison.Ordinal))
            {
                context.Request.EnableBuffering();
                using var reader = new StreamReader(context.Request.Body, Encoding.UTF8, leaveOpen: true);
                var size = Removal().Count(await reader.ReadToEndAsync(Cancellation));
                context.Request.Body.Position = 0;
                lock (sizes)
                {
                    sizes.Add(size);
                }
            }

            return false;
        };
        return sizes;
    }

    [GeneratedRegex("^DELETE ", RegexOptions.Multiline)]
    private static partial Regex Removal();
}
