using System.Linq.Expressions;
using Azure;
using Azure.Data.Tables;
using Gatehouse.Storage.Tables;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Moq;

namespace Gatehouse.Tests.Unit.Storage.Tables;

/// <summary>How often readiness requests cause a call to storage.</summary>
public sealed class TableStorageHealthCheckTests
{
    private static readonly Expression<Func<TableClient, Task<NullableResponse<TableEntity>>>> Read =
        static client => client.GetEntityIfExistsAsync<TableEntity>(It.IsAny<string>(), It.IsAny<string>(), It.IsAny<IEnumerable<string>>(), It.IsAny<CancellationToken>());

    private readonly FakeTimeProvider _time = new();
    private readonly Mock<TableClient> _client = new();
    private readonly TableStorageHealthCheck _check;

    public TableStorageHealthCheckTests() =>
        _check = new TableStorageHealthCheck(new Table(_client.Object, _time, NullLogger<Table>.Instance), _time, NullLogger<TableStorageHealthCheck>.Instance);

    [Fact]
    public async Task ManyRequests_CallStorageOnceASecond()
    {
        _client.Setup(Read).ReturnsAsync(Mock.Of<NullableResponse<TableEntity>>());

        Assert.All(await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => FindProblemAsync())), Assert.Null);
        _client.Verify(Read, Times.Once);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await FindProblemAsync());
        _client.Verify(Read, Times.Exactly(2));
    }

    [Theory]
    [InlineData(503)]
    [InlineData(400)]
    public async Task Failure_OfAnyKind_IsReported_WithinASecond(int status)
    {
        _client.Setup(Read).ReturnsAsync(Mock.Of<NullableResponse<TableEntity>>());
        Assert.Null(await FindProblemAsync());

        _client.Setup(Read).ThrowsAsync(new RequestFailedException(status, "not now"));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal("Table Storage can't be read.", await FindProblemAsync());
    }

    private async Task<string?> FindProblemAsync() => (await _check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken)).Description;
}
